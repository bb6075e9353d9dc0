"""The account of somebody who has died. Written for people who have little strength left to read."""

TITLE = "亲人去世以后，账户怎么办"
LEAD = "不用急。里面的钱不会没有，办好了给继承人。"
WHERE = "他在哪里参保"
FIRST_TITLE, STEPS_TITLE, LATER_TITLE = "先停下来的", "你要办的三件事", "去世以后才发生的单子"
FIRST = (
    "他的医保码和医保卡，从这一天起谁都不要再用。",
    "他替家人付、家人替他付，都不要再用。",
    "退药退费退回的钱，还能回到他的账户里。",
)
STEPS = (
    ("告诉医保", "带死亡证明到参保地窗口，或请单位去报。公安、民政的消息有时要过一阵才到。"),
    ("问清谁来领", "账户里的钱归个人所有，可以继承。转给继承人的账户还是取出来，各地不一样，先问。"),
    ("交材料，等办结", "问清要哪些材料再去，办完要一张回执。"),
)
LATER = "从去世到报上来这几天里如果有单子，把票据留好，到窗口说明就行。"
PAPERS_TITLE = "要哪些材料，这里还没有查清。"
PAPERS = "各地要的不一样，去之前先打 12393，请对方念一遍。"
CALL = "打 12393 问清楚再去"
ELDER_TITLE = "亲人走了，账户怎么办"
ELDER_LEAD = "不用急，钱不会没有。"
ELDER = ("他的卡和码，谁都别再用。", "带死亡证明去医保窗口。", "问清谁领、要什么材料。")


def ends(place: str | None, *, dies: bool) -> str:
    """Whether the relation ends by itself when somebody dies."""
    if place is None:
        return "写上参保的地方，看那里的共济会不会自己停。"
    if dies:
        return f"{place}：有人去世，共济自动解除，不用另外去解除。"
    return f"{place}：有人去世以后共济会不会自动停，还没有查清。请到窗口说一声。"
