# 各页都用的词。短，用“您”；先说发生了什么，再说怎么办。

app-name = 外勤账本
app-line = 没有信号也能记，记下就算数
main-nav = 主导航
skip-to-content = 跳到正文

# 动作
do-save = 保存
do-cancel = 取消
do-close = 关闭
do-back = 返回
do-retry = 再试一次
do-clear = 清除
do-search = 搜索
do-more = 更多
do-edit = 修改
do-open = 打开
do-add = 添加
do-remove = 去掉
do-print = 打印
do-export = 导出 Excel
do-show = 显示
do-refresh = 刷新
do-confirm = 确定
do-sign-in = 登录
do-sign-out = 退出登录
do-plus-one = 加一
do-minus-one = 减一
do-show-passphrase = 显示口令
do-hide-passphrase = 隐藏口令

# 一笔记录的五种着落
fate-saved = 已存本机
fate-sending = 发送中
fate-applied = 已入账
fate-finding = 有提示
fate-held = 待处理
fate-saved-means = 写进手机并确认落盘，还没发出
fate-sending-means = 在路上，断了会接着发
fate-applied-means = 公司收到并生效
fate-finding-means = 已入账，同时有一句话要您看
fate-held-means = 公司收到，没有丢，等人决定
mark-violation = 违规

# 货款
money-taken = 已收
money-remitted = 已汇出
money-confirmed = 已确认
money-in-hand = 手上现金
money-unit = 元

# 数量
unit-records = { $count } 条
unit-customers = { $count } 家
unit-orders = { $count } 单
unit-times = { $count } 次
unit-people = { $count } 人
unit-yuan = { $amount } 元
unit-days = { $count } 天
unit-working-days = { $count } 个工作日
unit-hours = { $count } 小时
unit-minutes = { $count } 分钟

# 日期与时间
date-day = { $month }{ $day }日
date-day-weekday = { $month }{ $day }日 { $weekday }
date-full = { $year }年{ $month }{ $day }日
date-month = { $year }年{ $month }
date-and-time = { $date } { $time }
date-today = 今天
date-yesterday = 昨天
age-now = 刚刚
age-minutes = { $count } 分钟前
age-hours = { $count } 小时前
age-days = { $count } 天前
month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月
weekday-1 = 周一
weekday-2 = 周二
weekday-3 = 周三
weekday-4 = 周四
weekday-5 = 周五
weekday-6 = 周六
weekday-7 = 周日
left-working-days = 剩 { $count } 个工作日
over-working-days = 过 { $count } 个工作日
left-hours = 剩 { $count } 小时

# 表单
form-optional = 可不填
form-several = 可多选
form-choose = 请选择
form-missing = 请填{ $field }
form-amount-hint = 最多两位小数

# 数字键盘
key-backspace = 退格
key-clear = 清空
key-pad = 数字键盘

# 印
stamp-done = 已盖
stamp-now = 轮到这一步
stamp-wait = 还没到
stamp-stopped = 已停下
stamp-read = ，{ $state }，

# 手上现金的尺
meter-remit = { $amount } 须汇回
meter-limit = { $amount } 上限
meter-label = 手上现金 { $held } 元，{ $remit } 元须汇回，上限 { $limit } 元
meter-label-after = 手上现金 { $held } 元，收后 { $after } 元，{ $remit } 元须汇回，上限 { $limit } 元

# 两人都改了
conflict-base = 原来
conflict-mine = 您改的
conflict-theirs = { $who }改的
conflict-in-use = 现在用
conflict-restore = 改用这个
conflict-why = 客户卡按改的时间定，后改的为准；不看谁先传上来。两个值都留着。
conflict-restore-note = 改用您的值会记成一次新修改，内勤会看到。

# 空、载入、出错
state-loading = 正在打开
state-error-title = 这页没能打开
state-error-text = 您的记录没有受影响。再试一次；还不行，把下面的编号告诉内勤。
state-unknown-title = 没有这一页
state-unknown-text = 地址可能写错了，回到首页再找。

# 语言
language = 语言
language-theme = 外观
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色
