"""What the commands say about themselves: one line each for the overview, and the help of every option."""

PROGRAM = "职工医保个人账户家庭共济的开放引擎。"

COMMANDS = {
    "decide": "按政策册结算案例文件里的每一张单子，并核对期望",
}

DECIDE = """按政策册结算案例文件里的每一张单子和每一个关系，并核对案例写明的期望。

全部相符时退出码是 0，有不符的是 1，文件有错是 2。"""

FILES = "案例文件；给文件夹就读其中所有 .toml"
POLICIES = "用这个文件夹里的政策代替自带的，可以给多次"
STRICT = "把未核实的来源和自定的处理都当作不知道"
AS_JSON = "标准输出只写 JSON"
