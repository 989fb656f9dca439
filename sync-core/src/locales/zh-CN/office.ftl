# 办公室各页共用的：导航、顶栏、表格、键盘。各页自己的词接在后面。

office-name = 外勤账本 · 办公室

# 导航
nav-home = 总览
nav-feed = 动态
nav-group-money = 款
nav-group-goods = 货
nav-group-customers = 客
nav-group-people = 人
nav-group-tables = 表
nav-cash = 手上现金
nav-collections = 收款
nav-orders = 订单
nav-visits = 拜访
nav-prices = 价格表
nav-accounts = 公司账户
nav-customers = 客户档案
nav-held = 待处理
nav-staff = 职工
nav-devices = 手机同步

# 顶栏
top-search = 找客户、单号、业务员
top-live = 实时 · 账本第 { $position } 条
top-lost = 实时连接断了，数截至 { $time }

# 守恒
conservation = 收到 { $received } = 入账 { $applied } ＋ 待处理 { $held } ＋ 隔离 { $quarantined }
conservation-settled = 收到 { $received } = 入账 { $applied } ＋ 待处理 { $held } ＋ 已了结 { $settled } ＋ 隔离 { $quarantined }

# 表格
table-rows = 第 { $from }–{ $to } 条，共 { $total } 条
table-none = 没有符合的
table-none-text = 换个条件，或清除筛选。
table-next = 下一页
table-previous = 上一页
table-sort-ascending = 升序
table-sort-descending = 降序
table-filter = 筛选
table-keys = 上下，回车打开
table-new = 您往下看的时候，又来了 { $count } 笔。
table-loading = 正在取

# 键盘
keys-title = 键盘
keys-search = 搜索
keys-rows = 上下一行
keys-open = 打开
keys-back = 返回
keys-list = 看这张表

# ── 各页自己的词

# 门口
entrance-lead = 内勤、财务、物流和各部门的账本
entrance-number = 工号
entrance-password = 口令
entrance-asking = 正在登录
entrance-phone = 业务员请用手机打开 /app/
entrance-ran-out = 登录已到期。
entrance-ran-out-text = 请再登录一次，会回到刚才的页。
entrance-tries = 还可以试 { $count } 次。

# 出了状况
faults-unreachable = 现在连不上服务器。账本没有受影响，稍后再试一次。
faults-unanswered = 没有收到服务器的回答，不知道办成没有。再按一次就知道：办成了的不会办第二遍。
do-look = 看看办成没有
faults-signed-out = 登录已到期，请再登录一次。
faults-unreadable = 服务器的回答看不懂。再试一次；还不行，把下面的编号告诉管理员。
states-not-yours-title = 这一页不归您的岗位
states-not-yours-text = 您的岗位不需要看这些。要看，请部长调整岗位。
states-gone-title = 没有找到
states-gone-text = 它可能不归您看，或者地址写错了。
link-lost-lead = 实时连接断了。
link-lost-text = 下面的数截至 { $time }。正在重连，也可以现在刷新。
not-shown-to-you = 您的岗位看不到
plain-number = { $count }
list-comma = 、
list-colon = ：
stale-text = 下面是 { $time } 读到的，不是现在要的。{ $code }
leaving-title = 还没有保存，要离开吗？
leaving-text = 离开后，这一页填的就没有了。
leaving-stay = 留下接着填
leaving-leave = 不保存，离开

# 导航
nav-remittances = 汇款
nav-products = 产品
nav-conflicts = 冲突

# 列表
lists-as-of = { $lead } · 截至 { $time }
lists-count = 共 { $count } 条
tabs-all = 全部
filters-text = 找字、号、名
filters-staff = 人员
filters-all-staff = 全部人员
filters-state = 状态
filters-all-states = 任何状态
filters-kind = 种类
filters-all-kinds = 全部种类
filters-from = 从
filters-to = 到
filters-clear = 清除筛选
export-done = 表已导出，每一页带着您的工号和时间。
print-line = { $who } · { $time } 打印 · { $filter }
print-all = 全部
beside-label = 这一条的内容
keys-up-down = 上下
pages-first = 这是第一页
pages-last = 这是最后一页

# 列
col-when = 时间
col-who = 谁
col-rep = 业务员
col-accepted-by = 代为入账
col-customer = 客户
col-purpose = 目的
col-said = 谈了什么
col-next = 下一步
col-marks = 标记
col-number = 单号
col-lines = 行
col-sum = 金额（元）
col-amount = 金额（元）
col-deliver-by = 要求到货
col-state = 状态
col-receipt = 收据号
col-capitals = 大写
col-account = 公司账户
col-reference = 附言
col-slip = 回单号
col-note = 备注
col-product = 产品
col-quantity = 数量
col-price = 单价（元）
col-line-sum = 小计
col-total = 合计
col-owner = 负责人
col-last = 最近往来
col-paid = 已收（元）
col-field = 项目
col-value = 内容
col-by = 谁填的
col-device = 手机
col-held = 手上（元）
col-staff-number = 工号
col-name = 姓名
col-role = 岗位
col-team = 组
col-phones = 手机（部）
col-customers = 客户（家）

# 做了什么
did-visit-recorded = 拜访
did-order-taken = 订单
did-order-stamped = 订单盖章
did-collected = 收现金
did-collected-transfer = 收转账
did-remitted = 汇回公司
did-reversed = 冲回
did-customer-created = 新客户
did-card-field-set = 客户卡
did-personal-field-set = 个人情况
did-contact-added = 加联系人
did-contact-removed = 去联系人
did-owner-set = 定负责人
did-held-decided = 决定待处理
did-taken-on-behalf = 代为入账
did-resubmitted = 更正后重新提交
did-product-set = 产品
did-price-list-issued = 发价格表
did-company-account-opened = 开公司账户
did-company-account-closed = 关公司账户
did-share-moved = 转出额度
did-lost-phone-settled = 结清丢失手机
did-limit-overridden = 特殊规定
did-violation-raised = 立案违规
did-violation-stamped = 违规盖章
did-staff-joined = 新职工
did-staff-role-set = 换岗位
did-device-enrolled = 登记手机
did-device-revoked = 停用手机

# 三个时间
times-happened = 发生
times-effective = 生效
times-received = 收到
times-claimed = （手机自报）
times-trusted = （时间可信）
times-corrected = （手机时间快，按收到的时间算）
feed-happened-at = { $time } 发生

# 动态
feed-lead = 新的在上。点一笔看三个时间、指纹和提示
feed-position = 第几条
feed-received = 收到 / 发生
feed-what = 什么
feed-fate = 结果
feed-entry = 第 { $position } 条
feed-hash = 指纹
feed-older = 更早的
feed-older-again = 会自己再试，也可以再按一次。
feed-to-held = 去待处理
feed-withheld = 先只算在本人名下，等主管定。
feed-signature-note = 签名只证明记下后没有改过、没有缺，不证明当时的事是真的。

# 总览
overview-as-of = 截至 { $time }，{ $late } 部手机两天没有联系；没到的数不在下面
overview-as-of-all = 截至 { $time }，手机两天内都联系过
overview-print = 打印日报
overview-collected = 今日收款
overview-cash = 业务员手上现金
overview-to-remit = { $count } 人须汇回
overview-late = 两天没联系的手机
overview-late-note = 没到的数不在这里
overview-open = 等人决定
overview-open-note = 待处理 { $held }，冲突 { $conflicts }
overview-inbox = 要处理的
overview-ground = 类别
overview-what = 什么事
overview-nothing = 没有要处理的
overview-nothing-text = 新的会自己出现在这里。
overview-more = 还有 { $count } 件，点上面的类别看。
overview-feed-none = 今天还没有新的记录。
visits-unit = 次
orders-unit = 单
phones-unit = 部
matters-unit = 件
people-unit = 人

# 要处理的
matter-over = 超上限
matter-held = 待处理
matter-conflict = 冲突
matter-remit = 须汇回
matter-late = 未同步
matter-over-do = 看现金
matter-held-do = 去看
matter-conflict-do = 比一比
matter-remit-do = 看现金
matter-late-do = 看手机
matter-over-title = 手上现金 { $held } 元，超上限 { $over } 元
matter-remit-title = 手上现金 { $held } 元，已过 { $from } 元
matter-last-remitted = 上次汇回 { $time }
matter-never-remitted = 还没有汇回过
matter-conflict-title = { $customer }：{ $field }两人都改过
matter-conflict-line = 后改的为准，另一个值还留着
matter-late-title = { $device } 最后联系：{ $age }
matter-late-never = { $device } 登记后还没有联系
matter-late-line = 上次自报：未发 { $count } 条，手上 { $cash } 元

# 标记
marks-over-limit = 超限收款
marks-withheld = 待定归属
marks-conflicts = { $count } 项冲突

# 拜访
visits-lead = 到店、谈话和下一步
visits-placed = 有定位
visits-unplaced = 没有定位
visits-place = { $latitude }, { $longitude }（± { $accuracy } 米）
visits-met = 见了谁
visits-where = 位置
visits-photo = 拜访照片
visits-photo-on-its-way = 照片在路上
visits-photo-faulty = 照片取不到，会自己再试。

# 订单
orders-lead = 物流专员接单后安排发运
orders-list = 价格表 { $version }
orders-price-list = 价格表
orders-deliver-to = 交货地点
orders-payer = 付款方
orders-lines = 订单明细
orders-state-taken = 待接单
orders-state-accepted = 已接单
orders-state-withdrawn = 已撤单
orders-stamp-taken = 业务员下单
orders-stamp-accepted = 物流专员接单
orders-waits = 等物流专员
orders-withdrawn-text = 内容保留，不再发运
orders-accept = 接单
orders-withdraw = 撤单
orders-withdraw-title = 撤掉订单 { $number }？
orders-withdraw-text = 撤单后不再发运，业务员的手机会收到。撤单不能撤回，要货须另下单。
orders-said-accepted = 已接单。
orders-said-withdrawn = 已撤单。
seals-taken = 订
seals-accepted = 接
seals-potential = 潜
seals-first-contact = 触
seals-signed = 约
seals-maintained = 维

# 款
collections-lead = 现金在业务员手上叫“已收”，财务确认到账后才叫“已付”
remittances-lead = 业务员汇回公司账户的现金
money-state-cash = 现金
money-state-transfer = 转账
money-state-reversed = 已冲回
money-state-sent = 已汇出
accounts-tail = { $bank } 尾号 { $tail }
reversal-do = 冲回 { $amount } 元
reversal-title = 冲回 { $name } 的 { $amount } 元？
reversal-text = 原来的一笔不会改，另记一笔冲回；金额一起退回业务员的账。
reversal-said = 已冲回。
reversal-by = { $who } { $time } 冲回
reasons-label = 原因
reasons-missing = 请写原因，主管和本人都会看到。

# 手上现金
drawers-lead = 每人手上多少，离 10,000 和 20,000 还有多远
drawers-by-rep = 每个人
drawers-holders = 手上有现金
drawers-to-remit = 须汇回
drawers-over = 超上限
drawers-tab-over = 超上限
drawers-tab-remit = 须汇回
drawers-tab-held = 手上有现金
drawers-meter = 0 – 10,000 – 20,000
drawers-drawers = 在哪部手机
drawers-last-collection = 上次收款
drawers-last-remittance = 上次汇回
drawers-state-over = 超 { $amount } 元
drawers-state-remit = 须汇回
drawers-state-held = 在限内
drawers-state-none = 没有现金
drawers-rule = 满 10,000.00 元须汇回公司账户，最多不能超过 20,000.00 元（S14）。没到的手机，数按上次收到的算。

# 客户
customers-lead = 基本信息卡、往来和负责人
customers-back = 全部客户
customers-owner = 负责人 { $who }
customers-since = { $day } 建档
customers-card = 客户基本信息卡
customers-filled = 填了 { $filled } / { $all } 项
customers-empty = 还没有填
customers-dealings = 往来
customers-entered = 建档
customers-contacts = 联系人
customers-no-contacts = 还没有联系人。
customers-personal = 个人情况
customers-personal-masked = 个人情况 8 项，您的岗位不需要看。服务器不发，这里就没有。
customers-personal-none = 还没有填。
stories-title = 往来经过
stories-none = 还没有往来
stories-none-text = 拜访、订单、收款和卡上的改动都会在这里。
stories-visit = 拜访：{ $purposes }
stories-next = 下一步：{ $step } { $day }
stories-card = 客户卡 { $field }：{ $value }

# 移交
handing-do = 移交
handing-title = 这家客户交给谁？
handing-text = 从现在起由他负责；以前的拜访、订单和收款仍算原来的人。他的手机下次联系就会收到资料。
handing-to = 接手的人
handing-same = 他现在就是负责人，请另选一位。
handing-said = 已移交。

# 冲突
conflicts-lead = { $count } 项两人都改过，两个值都留着，等人定
conflicts-none = 没有冲突
conflicts-none-text = 两人改了同一项时，会出现在这里，两个值都留着。
conflicts-both = 两人都改过
conflicts-keep = 保留这个
conflicts-other = 另一个值
conflicts-settled = 已定，记成一次新修改。
conflicts-binding = 这一项关系到公司往来，后写的没有盖掉先写的，等主管选一个；没选的也一直留着。
conflicts-kept-other = 核对后保留现在的值
conflicts-put-away = 知道了，收起

# 待处理
waiting-lead = 公司收到了，没有丢，等人决定
waiting-why = 为什么
waiting-age = 多久了
waiting-change = 来处
waiting-change-number = 本机第 { $seq } 笔
waiting-next = 接下来
waiting-next-customer = 核对后代为入账，就按原来写的算；或退回并说明，请本人更正后重新提交。客户归谁，在客户页改。
waiting-next-order = 请与业务员核对订单，退回并说明，请他按现行价格表更正后重新提交。
waiting-next-price = 核对价格表后代为入账；不合适就退回并说明，由部长或内勤重新发一版。
waiting-next-product = 核对后代为入账；不合适就退回并说明，由部长或销售内勤来改产品。
waiting-next-device = 核对这部手机后代为入账；不合适就退回并说明。
waiting-next-account = 核对后代为入账；不合适就退回并说明，由财务部来改公司账户。
waiting-next-change = 请与记这一笔的人核对，再代为入账，或退回并说明；内容原样保留。
waiting-content = 原来记的内容
waiting-line = { $product } × { $quantity } { $unit }，单价 { $price } 元，小计 { $total } 元
waiting-corrects = 之前记的一条
waiting-unreadable = 这个版本读不出内容，字节原样保留。
waiting-nothing-lost = 待处理的一笔不占后面的路：它之后的记录照常入账。
waiting-accept = 代为入账
waiting-take = 采用这个值
waiting-decline = 退回并说明
waiting-accept-title = 代{ $who }入账：{ $what }
waiting-accept-text = 按原来写的内容、原来的时间，算在本人名下；等它的几笔会一起入账。这一步记在您名下。
waiting-accepted = 已代为入账。
waiting-also = 等它的 { $count } 笔也一起入账。
waiting-decline-title = 退回给{ $who }：{ $what }
waiting-decline-text = 不入账，内容一直留着；本人在手机上看得到原因，可以更正后重新提交。
waiting-declined = 已退回，本人看得到原因。
waiting-settled = { $who }，{ $when }
waiting-settled-why = { $who }，{ $when }：{ $why }
waiting-state-waiting = 等人决定的
waiting-state-held = 等决定
waiting-state-undecided = 两个值，等选一个
waiting-state-withheld = 先算本人，等定归属
waiting-state-accepted = 已代为入账
waiting-state-declined = 已退回
waiting-state-corrected = 已由本人更正
waiting-next-head = 由部长或副总决定：代为入账，或退回并说明。您可以先与记这一笔的人核对。
waiting-next-withheld = 核对后代为入账，就同时算这家客户的；退回则只算在本人名下。
waiting-next-undecided = 核对后选一个值；另一个也一直留着。
waiting-base = 原来的值
waiting-theirs = 现在的值
waiting-theirs-by = 谁写的

# 人与手机
staff-lead = 谁在哪个岗位，几部手机，管几家客户
staff-visits = 看拜访记录
renew-do = 重设口令
renew-title = 给{ $who }换一个新口令？
renew-text = 原来的口令随即作废。手机里没发的记录都在：联网用新口令开锁，照样接着发。
renew-done = { $who }（{ $number }）的新口令
renew-once = 只显示这一次，请告诉本人。手机锁着的：连上网，填新口令，按“口令忘了或换过，联网开锁”。
devices-lead = 谁没来、自报还有多少没发、手上多少钱
devices-number = { $number } 号机
devices-office = 网页
devices-seq = { $device } 第 { $seq } 笔
devices-name = 型号
devices-since = 登记
devices-last-seen = 最后联系
devices-seq-reached = 已到第几笔
devices-unsent = 自报未发
devices-cash = 自报手上现金
devices-share = 现金份额
devices-state-active = 在用
devices-state-revoked = 已停用
devices-today = 有联系
devices-late = 两天没有联系
devices-never-seen = 还没有联系过
devices-clock-ahead = 时间快 { $count } 分
devices-clock-behind = 时间慢 { $count } 分
devices-missing-lead = 最后联系：{ $seen }。
devices-missing = 自报未发 { $count } 条，手上 { $cash } 元。
devices-revoke = 停用这部手机
devices-revoke-title = 停用 { $device }（{ $who }）？
devices-revoke-text = 停用后它看不到资料，也不能再记。它下次联网时，先把停用前没送的交上来，归属照算，然后自动清空，并回报已清空。
devices-revoked = 已停用。
trouble-gap = 中间缺几笔
trouble-gap-said = 从第 { $seq } 笔起还没有收到，后面的已经来过。
trouble-gap-next = 手机会自己补送，补到就好。两天还没有补来，请联系本人。
trouble-broken = 送来的接不上
trouble-broken-said = 有一批在第 { $seq } 笔接不上前面：有内容被改动、换了次序，或少了。这一批没有收，都还在手机上。
trouble-broken-next = 请本人不要清手机数据。下一批送好，这条提示会自己去掉；一直这样，请停用并重新登记。
trouble-unsigned = 签名对不上
trouble-unsigned-said = 有一批不是用这部手机登记的密钥签的。这一批没有收。
trouble-unsigned-next = 请问本人这部手机有没有借给别人或被改装。下一批签名对，这条提示会自己去掉。
trouble-set-back = 恢复过旧备份
trouble-set-back-said = 公司已收到的第 { $seq } 笔起，这部手机自己不认得了：它的存储回到了以前的样子。
trouble-set-back-next = 请本人打开手机，照提示重新登记；旧编号上已收到的都算。之后把隔离的逐笔核对，再停用旧编号。
trouble-fork = 同一编号有两种说法
trouble-fork-said = 从第 { $seq } 笔起，同一把密钥签了两份不同的记录：是恢复了旧备份接着记，还是有第二部手机，现在分不出。两份都留着。
trouble-fork-next = 请问本人有没有换机、恢复备份或两部手机一起用。逐笔核对隔离的内容，该补的请本人在重新登记的手机上补记，再停用这个编号。
trouble-cloned = 两部手机用同一编号
trouble-cloned-said = 从第 { $seq } 笔起有两份记录，而且两份都还在往下记：有两部手机在用同一编号。
trouble-cloned-next = 请停用这个编号，两部手机都重新登记。隔离的内容逐笔核对，现金当面点清。
trouble-times = 最早发现：{ $since }；最近：{ $last }。
trouble-aside = 看隔离的 { $count } 笔
trouble-aside-count = 隔离
trouble-aside-title = 隔离的内容
trouble-aside-seq = 第 { $seq } 笔 · { $kind }
trouble-aside-times = { $who }；手机自报 { $claimed }，送到 { $at }
trouble-aside-unreadable = 内容您看不到，或这个版本读不出；字节和签名原样保留。
trouble-aside-kept = 隔离的不入账，也不会丢：原来的字节和签名都在。
trouble-key = 手机公钥
trouble-log = 导出日志
trouble-log-text = 可交给审计的日志文件，用公司公钥就能核对有没有改过、少过。
trouble-log-done = 日志已导出。
devices-state-trouble = 编号有疑
matter-log = 编号有疑
matter-log-do = 看手机
matter-log-title = { $device }：{ $what }
matter-log-line = 从第 { $seq } 笔起；隔离 { $count } 笔

# 公司账户
accounts-lead = 货款只能进这些账户（S13、S46）
accounts-bank = 开户行
accounts-bank-hint = 例如：农业银行吴忠利通支行
accounts-number = 账号
accounts-holder = 户名
accounts-opened = 启用
accounts-closed = 停用
accounts-in-transit = 已汇出待确认（元）
accounts-state-open = 在用
accounts-state-closed = 已停用
accounts-open = 登记公司账户
accounts-open-text = 户名必须是公司。登记后，手机下次联系就能选它汇款。
accounts-open-save = 登记账户
accounts-opened-said = 账户已登记。
accounts-close = 停用账户
accounts-close-title = 停用 { $bank } 的账户？
accounts-close-text = 停用后手机不能再选它；已经汇出的不受影响。停用不能撤回，要用须另登记。
accounts-closed-said = 账户已停用。

# 价格表
prices-lead = 定价会发的价格表；不改旧的，只发新的（S5）
prices-new = 发一版新价格表
prices-new-lead = 从现行的一版开始改；空着的产品不进新表
prices-version = 版本
prices-version-hint = 例如 2026-11
prices-meeting = 定价会
prices-from = 开始
prices-to = 截止
prices-validity = 有效期
prices-count = 产品（种）
prices-issued = 发布
prices-in-force = 现行
prices-not-in-force = 不在有效期
prices-list-title = 价格表 { $version }
prices-lines = 各产品价格
prices-before = 现价（元）
prices-now = 新价（元）
prices-difference = 差
prices-of = { $product } 新价
prices-wrong = 要填大于 0 的数，最多四位小数
prices-left-out = 不进新表
prices-added = 新加
prices-changed = { $listed } 种在表，改了 { $changed } 种
prices-issue = 发布
prices-issue-text = 发布后不能改；手机下次联系就用新价，之前按旧表下的单照旧。
prices-issue-do = 发布价格表
prices-issued-said = 价格表已发布。

# 产品
products-lead = 公司卖什么，现价多少
products-edit-lead = 改动会到每部手机
products-new = 新产品
products-what = 是什么
products-measures = 重量与质量
products-code = 代码
products-name = 名称
products-specification = 规格
products-packaging = 包装
products-unit = 单位
products-unit-hint = 例如：袋、箱
products-quality = 质量指标
products-weight = 净重
products-weight-g = 净重（克）
products-tolerance-g = 允许误差（克）
products-grams-wrong = 要填整数克
products-price = 现价（元）
products-sold = 在售
products-discontinued = 已停售
products-discontinue = 不再销售
products-save = 保存产品
products-saved = 产品已保存。

# 搜索
finder-title = 搜索
finder-lead = 找“{ $words }”
finder-all = 全部

# 导出的文件名
file-visits = 拜访
file-orders = 订单
file-collections = 收款
file-remittances = 汇款
file-customers = 客户
file-staff = 职工
file-devices = 手机
file-held = 待处理
file-accounts = 公司账户
file-price-lists = 价格表
file-products = 产品
file-cash = 手上现金
file-conflicts = 冲突

handing-several = 一次移交多家客户
transfer-title = 移交客户
transfer-lead = 一次把几家客户交给同一位业务员，要么都成，要么都不动
transfer-from = 从谁手里
transfer-choose = 请选择
transfer-same = 前后是同一个人，请另选一位。
transfer-none = 他名下没有客户
transfer-none-text = 没有可移交的。
transfer-customers = 移交哪些客户
transfer-chosen = 已选 { $chosen } / { $all } 家
transfer-all = 全选
transfer-clear = 全不选
transfer-phones = 影响哪些手机
transfer-no-phones = 两人都没有在用的手机。
transfer-effect = 影响
transfer-loses = 移走 { $count } 家
transfer-gains = 收到 { $count } 家
transfer-unsent = 原负责人的手机还有 { $count } 条没发。
transfer-unsent-text = 移交前做的照算；移交后做的记在他名下，由您裁定。
transfer-do = 移交 { $count } 家客户
transfer-sure = 把 { $count } 家客户从{ $from }交给{ $to }？
transfer-text = 从现在起由接手的人负责。原来的手机下次联系时先送出没发的，再移走资料，并向公司确认。
transfer-nobody = 请至少选一家客户。
transfer-said = 已移交 { $count } 家客户。
devices-unconfirmed = 未确认移走
devices-unconfirmed-since = { $count } 项，最早 { $when }
devices-giving-up = 应移走的资料
devices-giving-up-text = 客户转走后，手机下次联系时先送出没发的，再移走资料，并用它的钥匙签名确认。
devices-everything = 全部资料（手机已停用或已退出）
devices-some-customer = 一家客户
devices-gone = 已确认移走 · { $when }
devices-still-held = 还在手机上 · 自 { $when }
transfer-pick = 点一下选上或去掉

rescuing-title = 导入救援文件
rescuing-text = 手机发不出去时能导出救援文件：没送到的记录和照片，只有公司打得开。在这里导入，就和手机自己送来一样；同一个文件再导一次也不会多记。
rescuing-choose = 选择文件
rescuing-brought = { $device } 号机的文件已收下：新收 { $taken } 条，早已收到 { $known } 条，照片 { $photos } 张。
rescuing-aside = { $device } 号机的文件已收下：新收 { $taken } 条，早已收到 { $known } 条，照片 { $photos } 张；{ $aside } 条与已收到的不一样，另存待查。

# 交款单、日结
nav-hand-ins = 交款单
did-cash-handed-in = 交现金
did-hand-in-stamped = 交款单盖章
did-day-closed = 现金日结
hand-ins-lead = 业务员当面交来的现金：点清再签，签了钱才从他手上转出。
hand-ins-signed-at = 业务员签字
hand-ins-received-at = 财务签收
hand-ins-note = 说明
hand-ins-drawers = 出自
hand-ins-state-signed = 待签收
hand-ins-state-received = 已签收
hand-ins-state-sent-back = 已退回
hand-ins-state-withdrawn = 已撤回
hand-ins-seal-rep = 交
hand-ins-seal-finance = 收
hand-ins-rep-signed = 业务员签字
hand-ins-finance-signed = 财务已签收
hand-ins-finance-next = 等财务点清签收
hand-ins-was-sent-back = 财务退回：{ $why }
hand-ins-was-withdrawn = 业务员撤回
hand-ins-sign = 点清，签收 { $amount } 元
hand-ins-sign-do = 签收
hand-ins-sign-title = 签收{ $who }的 { $amount } 元
hand-ins-sign-text = 签收后这笔钱从业务员手上转到公司，不能撤。请先当面点清。
hand-ins-signed-said = 已签收。
hand-ins-return = 退回
hand-ins-return-title = 退回{ $who }的 { $amount } 元
hand-ins-return-text = 钱仍算在业务员手上，他会看到您写的原因。
hand-ins-returned-said = 已退回。
drawers-last-close = 上次日结
drawers-close-even = 清点 { $counted }，相符
drawers-close-differs = 清点 { $counted }，账上 { $expected }，差 { $difference }

# 违规、特殊规定、清丢失手机的账
nav-violations = 违规
nav-special-rules = 特殊规定
file-violations = 违规
file-limits = 现金额度
overview-violations-note = 待核查或待了结
matter-violation = 违规
matter-violation-do = 去看
matter-violation-title = { $what }，{ $amount } 元
violations-lead = 违反收款规定的每一笔；主管核查、财务了结后结案（S15、S46）
violations-kind = 哪一条
violations-clause = 条款
violations-held = 当时手上（元）
violations-reason = 说明
violations-kind-above-share = 超限收款
violations-kind-not-a-cash-rep = 无权收现金
violations-kind-not-a-company-account = 未汇到公司账户
violations-kind-personal-account = 汇入个人账户
violations-kind-still-above = 仍超过上限
violations-state-unfinished = 未结案
violations-state-open = 待核查
violations-state-looked-into = 已核查，待了结
violations-state-settled = 已了结，待核查
violations-state-closed = 已结案
violations-looked-into = 主管核查
violations-settled = 财务了结
violations-not-stamped = 还没有
violations-stamped-by = { $who } · { $time }
violations-behind = 背后的记录
violations-behind-text = 到这一笔为止，他收的、汇的、转出的，最近的在上。
violations-looked-into-do = 盖章：已核查
violations-looked-into-text = 写下核查到的情况。财务也盖章后结案，盖了不能取消。
violations-looked-into-said = 已盖核查章。
violations-settled-do = 盖章：已了结
violations-settled-text = 写下款怎么了结的。主管也盖章后结案，盖了不能取消。
violations-settled-said = 已盖了结章。
rules-lead = 只对一位直销业务员、只在写明的日子里有效的上限（S16）
rules-note = 到期自动恢复 20,000.00 元；同一天有几条，按最新的一条。由营销副总或总经理作出。
rules-hold = 最多持有（元）
rules-remit-from = 从多少起须汇回（元）
rules-from = 第一天
rules-to = 最后一天
rules-reason = 理由
rules-by = 谁定的
rules-state-in-force = 执行中
rules-state-ahead = 未到日
rules-state-ended = 已到期
rules-state-replaced = 已被新的代替
rules-make = 作特殊规定
rules-make-text = 最长 366 天。发到业务员手机后生效，到期自动失效。
rules-parts = 分到各部手机，合计 { $amount } 元
rules-save = 作出规定
rules-said = 特殊规定已记下。
settling-waits = { $who }有一部停用的手机还没清账。
settling-lost = { $device }（{ $who }）停用后还没清账。
settling-waits-text = 额度 { $share } 元、抽屉 { $drawer } 元留在它上面；清账前，新手机不能收现金。
settling-do = 清账
settling-title = 清 { $device }（{ $who }）的账
settling-text = 核对账上的数，写下点到的现金。额度和点到的现金转到另一部手机，短少的记在业务员名下。
settling-share = 账上额度（元）
settling-drawer = 账上抽屉（元）
settling-counted = 点到的现金（元）
settling-counted-hint = 一分没有就写 0
settling-missing = 短少（元）
settling-missing-unknown = 写下点到的现金，就算出短少。
settling-missing-line = 短少 { $amount } 元，记在业务员名下。
settling-over-line = 多出 { $amount } 元，记在业务员名下。
settling-fits = 与账上一致。
settling-into = 转到哪部手机
settling-by = 谁清的
settling-note = 核查情况
settling-said = 已清账，额度已转到新手机。
settling-done = 已清账
