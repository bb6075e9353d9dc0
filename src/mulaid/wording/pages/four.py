"""四样东西别弄混."""

TITLE = "四样东西别弄混"
LEAD = "名字像，用处不一样。最容易弄错的是第 2 样：它不能付钱。"
MECHANISMS = {"share": "instant_draw", "wallet": "wallet_quota"}
REACHES = {
    "same_area": "只在同一个统筹区",
    "province": "不行，只到全省",
    "nation": "可以，两边都开通了才行",
    "": "还没有查清",
}
THINGS = (
    {
        "icon": "people",
        "name": "1 家庭共济",
        "what": "家人看病，花你账户里的钱。",
        "whose": "你的",
        "pays": "能",
        "can": True,
        "runs": "参保地医保",
        "reach": "share",
    },
    {
        "icon": "code",
        "name": "2 亲情账户",
        "what": "在你手机上出示家人的医保码。",
        "whose": "家人自己的",
        "pays": "不能用你的钱",
        "can": False,
        "runs": "国家医保服务平台",
        "reach": "",
    },
    {
        "icon": "wallet",
        "name": "3 医保钱包",
        "what": "给外地家人一个额度，从你账户里付。",
        "whose": "你的",
        "pays": "能",
        "can": True,
        "runs": "国家医保服务平台",
        "reach": "wallet",
    },
    {
        "icon": "card",
        "name": "4 电子社保卡里的家人",
        "what": "替家人查社保、办社保的事。",
        "whose": "不花钱",
        "pays": "不能",
        "can": False,
        "runs": "人社部门，不是医保",
        "reach": "",
    },
)
NOT_SOURCED = "第 2、4 样的跨省和在哪里看，还没有查到官方来源，这里不写。"
NEVER_TITLE = "还有一样千万别做："
NEVER = "拿自己的医保卡给家人刷。这叫冒名就医，造成基金损失的要退回，由医保行政部门决定怎么处理。"
ELDER = (
    ("家庭共济", "儿女的钱替你付。", True),
    ("亲情账户", "只能出示你的码，不付钱。", False),
    ("医保钱包", "外地儿女的钱替你付。", True),
    ("电子社保卡", "是社保的，不付看病钱。", False),
)
ELDER_NEVER = "千万别刷儿女的卡，要刷自己的。"
ELDER_ASK = "分不清，就打 12393 问。"
