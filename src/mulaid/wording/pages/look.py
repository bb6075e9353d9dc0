"""How a visitor likes to read."""

TITLE = "怎么看舒服"
LEAD = "选好以后，这台手机或电脑下次还是这样。"
VERSION, THEME = "字大不大", "亮不亮"
VERSIONS = {"usual": ("普通版", "内容全，字一般大"), "elder": ("长辈版", "字大，一页只说一件事")}
THEMES = {
    "device": ("跟着手机走", "手机是深色，这里也是深色"),
    "light": ("浅色", "白底黑字"),
    "dark": ("深色", "黑底白字，晚上不刺眼"),
}
SAVE = "就这样看"
