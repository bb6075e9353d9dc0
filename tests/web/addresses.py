"""An example of every address in the route table; a route without one is found out."""

from mulaid.web import routes

_CAN = "/can?kin={}&where={}&mine={}&pay=employee&use={}"
_TRY = "/try?place={}&total={}&funds={}&kin1=parent&bal1={}"
EXAMPLES = {
    "/": ["/"],
    "/can": [
        "/can",
        _CAN.format("parent", "450600", "450600", "outpatient"),
        _CAN.format("spouse_parent", "520300", "450600", "outpatient") + "&state=display_only",
        _CAN.format("parent", "440900", "450600", "pharmacy"),
        _CAN.format("child", "610100", "610100", "checkup") + "&age=40&myage=45&cover=paused",
        _CAN.format("other", "320100", "510100", "inpatient"),
    ],
    "/try": [
        "/try",
        _TRY.format("320100", "480.00", "300.00", "5000") + "&cap1=100&kin2=parent&bal2=5000&cap2=500",
        _TRY.format("450600", "300", "", "120"),
        _TRY.format("370100", "300", "100", "120"),
        _TRY.format("510100", "90000", "0", "10") + "&use=inpatient&own=30&excluded=100",
        _TRY.format("420100", "1000", "", "5000") + "&scheme=employee&age=70",
    ],
    "/check": ["/check", "/check?q=最多绑定6人", "/check?q=(3000-1300)*90%=1530", "/check?q=今天天气好"],
    "/guide": ["/guide"]
    + [f"/guide?region=450600&task={task}" for task in ("bind", "end", "pay", "premium", "wallet", "claim", "agent")],
    "/four": ["/four"],
    "/bereavement": ["/bereavement", "/bereavement?region=450600", "/bereavement?region=420100"],
    "/look": ["/look"],
    "/book": ["/book"],
    "/book.json": ["/book.json"],
    "/book/search": [
        "/book/search",
        "/book/search?q=绑定人数",
        "/book/search?q=最多绑定6人",
        "/book/search?q=国办发",
        "/book/search?q=什么也不是的一句话",
    ],
    "/book/compare": ["/book/compare", "/book/compare?a=450600&b=440300", "/book/compare?a=450600&and=2022-01-01"],
    "/book/compare.json": ["/book/compare.json?a=450600&b=440300"],
    "/book/calendar": ["/book/calendar", "/book/calendar?region=450600"],
    "/book/calendar.json": ["/book/calendar.json"],
    "/book/missing": ["/book/missing"],
    "/book/correct": ["/book/correct", "/book/correct?region=450600&rule=floor"],
    "/book/download": ["/book/download"],
    "/book/download/{file:str}": ["/book/download/datapackage.json", "/book/download/entries.csv"],
    "/book/rule/{rule:str}": [
        "/book/rule/max_members",
        "/book/rule/max_members.json",
        "/book/rule/fund_ratio.employee.inpatient?on=2025-01-01",
    ],
    "/book/{region:str}": [
        "/book/450600",
        "/book/000000",
        "/book/450600?on=2020-01-01",
        "/book/450600.json",
        "/book/450600.csv",
    ],
    "/book/{region:str}/calendar": ["/book/450600/calendar"],
    "/book/{region:str}/calendar.json": ["/book/450600/calendar.json"],
    "/book/{region:str}/missing": ["/book/450600/missing"],
    "/book/{region:str}/missing.json": ["/book/450600/missing.json"],
    "/book/{region:str}/topic/{topic:str}": ["/book/420100/topic/benefit"],
    "/book/{region:str}/{rule:str}": [
        "/book/450600/sponsor_order_rule",
        "/book/450600/floor",
        "/book/420100/deductible",
        "/book/450600/sponsor_order_rule.json",
    ],
    "/book/{region:str}/{rule:str}/{day:str}": [
        "/book/450600/sponsor_order_rule/2026-01-20",
        "/book/450600/sponsor_order_rule/2026-01-20?book=0000",
        "/book/000000/relations_allowed/2021-04-22",
        "/book/450600/sponsor_order_rule/2026-01-20.json",
    ],
}
EVERY = [address for addresses in EXAMPLES.values() for address in addresses]
PAGES = [address for address in EVERY if ".json" not in address and ".csv" not in address]


def untold() -> set[str]:
    """The routes without an example."""
    return set(routes.SHOWN) - set(EXAMPLES)
