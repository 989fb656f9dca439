# 手机上各页共用的：常驻条、页签、横幅、新版本。各页自己的词接在后面。

# 页签
tab-today = 今天
tab-customers = 客户
tab-record = 记一笔
tab-outbox = 待发
tab-me = 我的
tab-unsent = { $count } 条未发

# 常驻条
strip-clear = 已连上 · 全部已入账
strip-settled = 已连上 · 没有未发
strip-connecting = 正在连接公司 · { $count } 条未发
strip-sign-in = 登录到期，请重新登录 · { $count } 条未发
strip-photos = 已连上 · { $photos } 张照片在传
strip-offline-photos = 离线 · { $photos } 张照片没传
strip-online-unsent = 已连上 · { $count } 条未发 · 最早 { $age }
strip-offline = 离线 · { $count } 条未发 · 最早 { $age }
strip-offline-clear = 离线 · 没有未发
strip-sending = 正在发送 { $sent } / { $total }
strip-old = { $days } 天没连上 · { $count } 条未发
strip-held = { $held } 条待处理 · { $count } 条未发
strip-offline-held = 离线 · { $held } 条待处理 · { $count } 条未发
strip-locked = 已锁 · { $count } 条未发 · 最早 { $age }
strip-locked-clear = 已锁 · 没有未发
strip-cash = 手上

# 横幅
banner-offline = 没有信号。
banner-offline-text = 照常记，都存在本机，有信号自动发。
banner-sending = 正在发送 { $sent } / { $total }。
banner-sending-text = 信号弱，断了会从断处接着发。
banner-old = { $days } 天没连上了。
banner-old-text = 记录都在，请找个有信号的地方。
banner-remit = 手上 { $amount } 元，须尽快汇回。
banner-remit-text = 汇完这条才会消失。
banner-remit-do = 去汇款
banner-held = { $count } 条等人决定。
banner-held-text = 公司已收到，没有丢。
banner-held-do = 看原因
banner-clock-fast = 手机时间快了 { $minutes } 分钟。
banner-clock-slow = 手机时间慢了 { $minutes } 分钟。
banner-clock-text = 照常记；入账时按收到的时间算，并写明。
banner-new-version = 有新版本。
banner-new-version-text = 先把手上这张单子存好再换，记录都不动。
banner-new-version-do = 换新版本

# 存好
toast-saved = 已存本机。有信号后自动发出。
toast-saved-going = 已存本机，正在发给公司。

# 各页都说的
phone-not-saved = 手机没能存下；已记的和填的都没有动。请再试一次，还不行就关掉重开。
phone-full = 手机存满了，没能存下；已记的和填的都没有动。请腾出一些空间，再试一次。
phone-too-old = 这个浏览器太旧，没有账本要用的钥匙。请换新版浏览器。
phone-no-store = 这个浏览器现在不让存，可能是无痕方式。请换平常的方式打开，再试一次。
phone-elsewhere = 账本在另一页开着，这里没有存；填的都还在。请到那一页记，或改在这一页记。
phone-unreadable = 本机存的内容打不开，没能存下。请关掉重开一次。
phone-sentence = { $words }。
phone-customer-unknown = 本机没有这家客户
phone-colleague = 同事
phone-comma = 、
phone-account = { $bank } 尾号 { $tail }
phone-place = 北纬 { $latitude }，东经 { $longitude }，误差 { $metres } 米
not-here-title = 本机没有这一份
not-here-text = 可能已转给别人，或还没取到。联网后再看一次。
reversed = 已冲正
banner-new-version-safe = 换的时候页面重开一次，记录都不动。
banner-session = 登录到期了。
banner-session-text = 照常记，都存在本机；重新登录后接着发。
unit-metres = { $count } 米
unit-kilometres = { $count } 公里
value-not-a-date = 这不是一个日期，请重选。
value-not-a-count = 请填整数，例如 12。
value-yuan = 单位：元
value-keep = 这一项不能清空，请填一个值。

# 没存完的单子
draft-kept = 没存的单子替您留着，回到那一页接着写。
draft-open = 接着写
draft-section = 没写完的单子
draft-sub = 还没存，接着写

# 登录
signin-number = 工号
signin-password = 口令
signin-do = 登录并登记本机
signin-busy = 正在登录
signin-note-lead = 登录后，这部手机登记到您名下。
signin-note = 以后没有网也能用；只存您负责的客户，存下的内容都加密。
signin-forgot = 忘了口令，请找部长或管理员重设。手机丢了或换了，在这里登录就行：送到过的都从公司取回；旧手机请他们停用。
signin-wrong = 工号或口令不对，请核对。
signin-wrong-tries = 工号或口令不对。还可以再试 { $count } 次，之后要等一会儿。
signin-throttled = 试的次数多了，请等 { $minutes } 分钟再试。
signin-no-signal = 现在没有信号。第一次登录要联网一次，以后就不用了。
signin-no-phone = 这个岗位用电脑上的办公室，不用手机。
signin-not-owner = 这部手机登记在别人名下。请用自己的手机，或让机主登录。
signin-server = 公司服务器这会儿没有办成，请稍后再试。代码 { $code }
signin-again-title = 重新登录
signin-again-note = 本机的记录都在，没有发的也在。登录后接着发。
signin-again-done = 已登录，接着发。
signout-title = 退出后，本机的账本会清掉
signout-text = 都已入账，不会丢。下次登录要联网重新取一次。
signout-unsent = 还有 { $count } 条没发，发完才能退出。
signout-drafts = 还有 { $count } 张没存的单子，退出就没有了。
signout-photos = 还有 { $count } 张照片没传完，传完才能退出。

# 首次取数
pages-missing = 程序还差一半
pages-missing-text = 登录后的页面还没取到。有信号时会自动再取，账本和未发送的内容都在本机。
first-title = 正在取回您的账本
first-sub = 第一次要几分钟，断了从断处接着取
first-figures = { $done } / { $total } KB · 客户 { $customers } / { $of }
first-offline = 信号断了。
first-offline-text = 已取的部分留着，有信号接着取。
first-trouble = 没能取下去。
first-note = 先取价格和您本人的账，到齐就能记账。客户一户一户到，到全一户才显示一户。信号断了不用重来。
first-open = 价格和您本人的账已到，到了的客户现在就能记账。没到全的客户暂不显示。信号断了不用重来。
first-coming = 客户还在取，已到 { $done } / { $total }。
first-coming-text = 没找到的先别当新客户建。
first-again = 现在接着取

# 另一页、存储丢失
elsewhere-title = 账本在另一页开着
elsewhere-text = 同一部手机一次只在一页里记，免得记重。
elsewhere-do = 改在这一页记
lost-page = 重新登记
lost-title = 本机的存储被清过。
lost-store-text = 已入账的都在公司，要重新登记一次。
lost-revoked = 这部手机已停用。
lost-revoked-text = 已入账的都在公司。要接着用，请先问部长或管理员，再重新登记。
lost-means = 重新登记后，这部手机有新的机号，账本从公司重新取。本机没来得及发的，取不回来了，请照单据补记。
lost-tick = 我知道本机没发的要补记
lost-tick-first = 请先勾上面一句。
lost-do = 重新登记本机
stopped-title = 这部手机已停用
stopped-text = 公司停用了它。停用前记下的已全部交到公司，本机存的客户和账已清空。
stopped-forms = 有 { $count } 份没写完的，没有存成记录，已随本机清空。还要补记的，请告诉部长。
stopped-next = 还要用这部手机，请先问部长或管理员。重新登录后，它有新的机号，账本从公司重新取。
stopped-do = 重新登录

# 今天
today-cash = 再收 { $until } 元须汇回，最多可收 { $most } 元
today-cash-soon = 须尽快汇回；最多还可收 { $most } 元
today-done = 今天做的
today-nothing = 今天还没有记。点下面的“记一笔”。
today-along = 今天另有 { $count } 笔已随客户移交，公司账上照算。
today-visits = 拜访
today-orders = 订单
today-collections = 收款
today-more = 今天全部 { $count } 笔
today-follow = 要跟进的
today-late = 过 { $count } 天
today-not-seen = 好久没去的
today-all = 全部 { $count } 家

# 客户
customers-mine = 本机有 { $count } 家
customers-search = 名称、地方、首字母或电话
customers-parts = 看哪些客户
customers-whole = 全部 { $count }
customers-owing = 待付款 { $count }
customers-not-seen = 30 天未访 { $count }
customers-due = 待付
customers-never = 还没去过
customers-conflict = 两人都改了
card-undecided-mark = 待定
card-undecided = 您写的：{ $mine }；{ $who }写的：{ $theirs }。等主管选一个。
customers-foot = 在本机的 { $count } 家里找，没有网也能用。找不到的客户可能由别人负责，请问内勤。
customers-none = 还没有客户
customers-none-text = 您负责的客户会自动来到这里。新客户可以直接建。
customers-not-found = 本机没有“{ $text }”
customers-not-found-text = 只找您负责的 { $count } 家。新客户可以直接建。
customers-part-none = 这里没有客户
customers-part-none-text = 没有要操心的，很好。
customers-new = 新客户
customers-new-sub = 只有名称必填，别的可以以后补
customers-new-note = 存好以后就由您负责，马上能记拜访、订单和收款。
customers-new-save = 保存客户
customers-alike = 像是已有的“{ $name }”。
customers-alike-text = 名称或电话相同，先看一眼是不是同一家。

# 客户页
customer-call = 打电话
customer-card = 客户基本信息卡
customer-actions = 记什么
customer-visit = 拜访
customer-order = 订单
customer-collect = 收款
customer-fill = 资料
customer-standing = 往来情况
customer-due-note = 付清后发货
customer-clear-note = 货款已清
customer-orders = 今年订货
customer-seen = 上次拜访
customer-address = 地址
customer-card-full = { $count } 项都填了
customer-card-missing = 填了 { $count } 项，还缺 { $missing } 项：{ $names }
customer-conflict = { $field }：两人都改了。
customer-conflict-text = 两个值都留着，现用后改的。
customer-conflict-do = 看一看
customer-happened = 往来
customer-filter = 只看
customer-all = 全部
customer-visits = 拜访
customer-orders-only = 订单
customer-money = 款
customer-nothing = 还没有往来
customer-nothing-text = 从上面的按钮记第一笔。
customer-more = 看更早的

# 客户卡
card-basics = 基本情况
card-people = 联系人
card-appraisal = 阶段与评价
card-personal = 法定代表人个人情况
card-personal-note = 只有您和需要的岗位看得到
card-more = 更多基本情况
card-since = { $day } 建
card-empty = 没填
card-edit = 改{ $field }
card-edit-note = 每一项单独记，原来的值也留着。别人同时改了，两个值都看得到。
contact-title = 联系人
contact-add = 加联系人
contact-edit = 改联系人
contact-name = 姓名
contact-position = 职务
contact-phone = 电话
contact-save = 保存联系人
contact-remove = 去掉这个联系人

# 两人都改了
clash-title = 两人都改了{ $field }
clash-text = 两个人改了同一项。两个值都留着，现用后改的。
clash-settled = 已经定了，现在只有一个值。
clash-keep = 就用{ $who }，不再提示
clash-other-phone = 另一部手机改的
clash-keep-mine = 就用我的，不再提示

# 定位
place-looking = 正在定位
place-found = 已定位
place-go-on = 不用等，可以先写
place-from-registered = 距登记位置约 { $distance }
place-measured = { $time } 定位，误差 { $metres } 米。定位只作参考。
place-unknown = 没有定到位置
place-denied = 手机没有允许定位。照样保存，会写明没有定位。
place-without = 照样保存，会写明没有定位。
place-without-said = 没有定位
place-again = 重定位
place-here = 用现在的位置
place-none = 还没有位置
place-not-found = 没有定到位置，可以以后再补。

# 照片
photo-take = 拍照
photo-off = 去掉这张照片
photo-alt = 照片
photo-working = 照片正在处理，好了就能存
photo-weight = { $count } 张，共 { $kilobytes } KB
photo-count = { $count } 张
photo-later = 有信号时显示
photo-too-many = 最多放 { $most } 张。这次选了 { $chosen } 张，放进 { $taken } 张，其余的没有放。
photo-trouble = 这张没能存下，请换一张再试。代码 { $code }
photo-full = 手机存满了，这张没能存下；已记的和填的都没有动。请腾出一些空间，再选一次。
photo-no-picture = 这个文件不是照片，没有放进来。请拍一张，或另选一张照片。

# 拜访
visit-title = 记拜访
visit-purpose = 这次为了什么
visit-met = 见到谁
visit-met-known = 见到谁（卡上的人）
visit-said = 谈了什么
visit-next = 下一步做什么
visit-next-on = 哪天跟进
visit-photos = 照片
visit-save = 保存拜访
visit-saved-no-place = 已存本机，没有定位。有信号后自动发出。
visit-saved-no-place-going = 已存本机，没有定位。正在发给公司。

# 订单
take-order-title = 下订单
order-list-line = 价格表 { $version } 版{ $meeting }，有效到 { $until }
order-meeting = （{ $meeting }）
order-expired = 价格表 { $until } 就到期了。
order-expired-text = 先按这一版记，订单会标明价格表已过期。
order-no-list = 本机还没有价格表。
order-no-list-text = 联网取一次就有了；先别下订单。
order-no-list-short = 还没有价格表
order-empty = 还没有产品
order-empty-text = 从现行价格表里挑，价格自动带出。
order-add = 加产品
order-search = 产品名称、首字母或代码
order-picked = 选好了
order-not-found = 价格表里没有
order-not-found-text = 换个名称再找，停售的不在里面。
order-price = { $price } 元/{ $unit }
order-weight = { $unit } · { $count } kg
order-quantity-wrong = 第 { $line } 行的数量要填 1 到 99,999 的整数。
order-lines = 订单内容
order-product-unknown = 产品已不在价格表里
order-pieces = 合计 { $count } 件
order-total = 合计
order-terms = 交货与付款
order-deliver-by = 要货日期
order-deliver-to = 交货地点
order-payer = 付款方
order-note = 备注
order-list = 价格表
order-save = 保存订单
order-saved-expired = 已存本机。价格表已过期，订单上写明了。
order-times = { $count } { $unit } × { $price }
order-line = { $count } { $unit } × { $price } = { $amount }
order-accepted = 已接单
order-withdrawn = 已撤单
order-stamps = 办到哪一步
order-seal-taken = 订
order-seal-accepted = 接
order-seal-withdrawn = 撤
order-seal-behalf = 代
order-stamp-taken = { $who } 下单
order-stamp-accepted = 物流专员接单
order-stamp-withdrawn = 撤单
order-stamp-behalf = { $who }代为入账
order-stamp-wait = 物流专员接单
order-withdraw = 撤回这张订单
order-withdraw-title = 撤回这张订单
order-withdraw-text = 原单留着，加盖“撤单”。要改数量，请撤回后另下一张。
order-to-customer = 回到客户页

# 收款
collect-title = 收款
collect-sub = { $name } · 待付 { $due } 元
collect-amount = 实收金额（元）
collect-means = 怎么付的
collect-cash = 现金
collect-transfer = 转到公司账户
collect-all-due = 待付全额 { $amount }
collect-before = 收前手上
collect-after = 收后手上
collect-still = 收后还可收
collect-passes = 收后到了 { $amount } 元。
collect-passes-text = 按规定须尽快汇回。保存后“去汇款”会一直提醒，汇完才消失。
collect-account = 转到哪个公司账户
collect-reference = 银行附言或流水号
collect-choose-account = 请选一个公司账户。
collect-for = 付的是哪张订单
collect-for-none = 不指定订单
collect-order = { $number } · { $day } · { $amount } 元
collect-go =
    收款
    开收据
accounts-hint = 只能选财务部列出的账户。货款不能汇入个人账户。
accounts-none = 本机还没有公司账户。
accounts-none-text = 财务部列出账户、联网取一次以后就能选。

# 超过上限
over-title = 这笔先别收，会超上限 { $amount } 元
over-text = 手上 { $held } 元，加这笔是 { $would } 元。规定最多 { $limit } 元。
over-ways = 可以这样办
over-transfer = 请客户直接汇到公司账户
over-transfer-sub = 给客户看公司账户，钱不经手
over-less = 只收 { $amount } 元
over-less-sub = 余下 { $amount } 元仍记在客户待付款里
over-remit = 先把手上的汇出，再来收
over-remit-sub = 汇出 { $amount } 元以上就够收这笔，填的数留着
over-back = 返回改金额
over-taken = 钱已经收下了？如实记下

# 如实记下
taken-title = 如实记下已收的钱
taken-amount = 已经收下（元）
taken-after = 记下后手上
taken-over = 超过上限
taken-why = 为什么先收了
taken-paid-and-left = 客户已付完离开
taken-outlet-closed = 网点已关门
taken-did-not-know = 不知道会超
taken-other = 其他
taken-more = 再说一句
taken-more-example = 例如：今天几点去汇
taken-say-more = 选了“其他”，请说一句原因。
taken-reason-more = { $reason }；{ $more }
taken-right = 照实记下是对的。
taken-right-text = 客户的收据会标明“超限收款”；主管和财务会看到这一笔和您写的原因。手上的钱请今天汇回。
taken-tick = 我确认这 { $amount } 元已在手上
taken-tick-first = 请先勾“已在手上”。
taken-save = 记下，并开超限收据
taken-reason = 超限原因

# 收据
receipt-title = 收据
receipt-heading = 收　据
receipt-no = No. { $number }
receipt-number = 收据号
receipt-customer = 付款客户
receipt-what = 款项
receipt-goods = 货款
receipt-for-order = 订单 { $order } 货款
receipt-by = 收款人
receipt-over-limit = 超限收款
receipt-reversed = 这一笔已冲正。
receipt-reversed-text = { $who } { $at } 冲回。原因：{ $reason }
receipt-qr = 收据的二维码
receipt-scan-lead = 客户扫码可查
receipt-scan = 能看到公司是否已收到这张收据，有没有冲正。
receipt-scan-after = 能看到公司是否已收到这张收据，有没有冲正。上一张 { $before }，号码不断。
receipt-scan-elsewhere = 二维码由开收据的那部手机签发，请在那部手机上给客户看。
receipt-show = 给客户看

# 汇款
remit-title = 汇回公司
remit-sub = 手上现金 { $amount } 元
remit-amount = 汇出金额（元）
remit-to = 汇到哪个公司账户
remit-account = 公司账户
remit-slip = 汇款凭证
remit-reference = 回单号后 6 位
remit-note = 保存后手上现金变为 { $amount } 元，这笔显示“已汇出”。财务对上银行流水后，客户货款才算已付。
remit-save = 保存汇款
remit-nothing = 手上没有要汇的现金
remit-nothing-text = 收到现金以后，从这里汇回公司。
remittances-title = 汇款记录
remittances-none = 还没有汇过款
remittances-none-text = 每次汇回公司都会记在这里。
remittance-seal-sent = 汇
remittance-seal-confirmed = 确
remittance-wait = 等财务确认

# 冲正
reverse-do = 记错了，冲正这一笔
reverse-title = 冲正
reverse-what = 冲正哪一笔
reverse-collection = 收款
reverse-remittance = 汇款
reverse-reason = 为什么冲正
reverse-wrong-amount = 金额记错了
reverse-wrong-customer = 客户记错了
reverse-twice = 记了两次
reverse-other = 其他
reverse-note-collection = 原记录留着，另记一笔把 { $amount } 元整笔冲回，客户待付款和手上现金随着变。要改金额，冲正后再记一笔。
reverse-note-remittance = 原记录留着，另记一笔把 { $amount } 元整笔冲回，手上现金随着变。要改金额，冲正后再记一笔。
reverse-save = 冲正这一笔

# 记一笔
record-for = 记给
record-other = 换一家
record-seen = 上次 { $age }
record-left = 还可收 { $amount }
record-held = 手上 { $amount }
record-list = 价格表 { $version } 版
record-new-note = 可先记几项

# 一笔说什么
told-visit = 拜访 · { $purposes }
told-order = 订单 { $count } 种 · { $amount }
told-stamp = 订单盖章
told-cash = 收款 { $amount }
told-transfer = 转账收款 { $amount }
told-over-limit = 超限收款 { $amount }
told-remit = 汇款 { $amount }
told-reverse = 冲正 · { $reason }
told-customer = 新客户
told-card = 客户卡 · { $field }：{ $value }
told-personal = 客户卡 · { $field }
told-contact = 客户卡 · 加联系人 { $name }
told-contact-gone = 客户卡 · 去掉联系人
told-owner = 客户转交
told-staff = 人员
told-device = 手机登记
told-prices = 产品与价格表
told-account = 公司账户
told-share = 转出额度 { $amount } 元
told-limit = 现金额度
paper-visit = 拜访记录
paper-order = 订单
paper-remittance = 汇款
paper-as-is = 记的原样
paper-untouched = 未改一字
paper-by = 记录人
paper-accepted-by = 代为入账
paper-at = 时间
paper-amount = 金额
paper-customer = 客户

# 待发
outbox-send = 现在发
outbox-counts = 本机记录的去处
outbox-written = 本机共记
outbox-not-sent = 未发
outbox-held = 待处理 { $count }
outbox-held-note = 已收到，等人决定；退回的等您改
outbox-closed = 另有 { $count } 笔已更正或不改了，不在账上。
outbox-closed-title = 已更正或不改了 { $count }
outbox-closed-note = 不在账上，内容一直留着
outbox-closed-mark = 已了结
outbox-along = 其中 { $count } 笔已随客户移交，内容在公司账本里，本机不再列出。
outbox-unsent = 未发 { $count }
outbox-oldest = 最早 { $age }
outbox-today = 今天已入账 { $count }
outbox-earlier = 早些时候
outbox-empty = 还没有记录
outbox-empty-text = 记下的每一笔都会列在这里，一直到入账。
outbox-photos = 还有 { $count } 张照片在传。
outbox-photos-text = 文字先到，照片有信号就接着传。
outbox-photos-refused = { $count } 张照片公司没有收下。
outbox-photos-refused-text = 文字已到；照片留在本机，别的照片照常传。请告诉内勤。
outbox-trouble = 这会儿没发成。
outbox-trouble-text = 记录都在，会自己再试。代码 { $code }
outbox-withheld = 先记在您名下，等主管定这家客户归谁。
outbox-notes = 提示
outbox-number = 本机第几条
outbox-fate = 现在
outbox-open-paper = 打开这一份

# 待处理
held-lead = 公司已收到，没有丢，先没有入账。
held-text = 您的工作量照算，等人决定。
held-why = 为什么
held-why-then = 当时为什么等着
held-next = 接下来
held-clause = 依据 { $clause }
held-code = 原因代码 { $code }
held-seal-saved = 存
held-seal-received = 收
held-seal-decide = 定
held-seal-applied = 入
held-received = 公司收到
held-received-text = 原样留着
held-decide = 主管决定
held-decide-text = 代您入账，或退回并说明原因；内容一直留着
held-applied = 入账，您会看到
held-accepted = { $who }于 { $when } 代为入账，按您写的算。
held-declined = { $who }于 { $when } 退回：「{ $why }」。
held-corrected = 您于 { $when } 另写了一笔，以那一笔为准。
held-settled = 这一笔不在账上；原来写的一直留着。
held-sent-back = 先没有入账，等您：改好再交一次，或按“不改了”。原来写的一直留着。
held-let-be = 不改了
held-correct = 更正后重新提交
held-correct-save = 重新提交
held-to-correction = 看更正后的那一笔
held-no-form = 这一笔不能在手机上改写，请等主管决定。
held-undecided = 这一项关系到公司往来：先写的没有被盖掉，等主管选一个，两个值都留着。

# 我的
me-week = 本周
me-since = { $day }起
me-remitted = 汇回公司
me-more = 更多
me-remittances-sub = 每次汇回公司的记录
me-outbox-sub = 每一笔到了哪一步
me-install = 装到手机桌面
me-install-text = 像别的应用一样打开，没有网也能用。
me-install-by-hand = 在 Safari 下面点“分享”，再选“添加到主屏幕”。以后从桌面打开，没有网也能用，存的内容也不会被清掉。
me-phone = 这部手机
me-change = 换手机、丢手机
me-change-new = 换手机：等没有未发，在这里退出登录，请部长或管理员停用这部，再到新手机上登录。账本从公司取回，收款额度也跟过去。
me-change-lost = 丢手机：马上请部长或管理员停用，再到新手机上登录。送到过的都在；没送到的，旧手机一联网就交给公司，随后自动清空。
me-number = 机号
me-number-value = { $number } 号机
me-contact = 上次连上公司
me-no-contact = 还没有
me-keeping = 存储
me-persisted = 已长期保留
me-not-persisted = 系统空间紧时可能清理，请装到桌面
me-usage = 占用
me-kilobytes = 已用 { $count } KB，可用 { $of } MB
me-position = 账本位置
me-digest = 账本校验
me-digest-text = 与公司核对时，报位置和校验的前几位。
me-signed = 公司已签收
me-signed-value = 到第 { $seq } 笔，{ $time }
me-proof = 签收凭据
me-proof-text = 请留一份：公司给出的日志少了一笔，凭它也查得出。

# 选的语言还没到这部手机。
language-later = 英文还没有取来，有信号时自动换过去。

lock-after = 多久不动就锁
lock-minutes = { $count } 分钟
lock-now = 立即锁屏
lock-open = 开锁
lock-forgot = 口令忘了或换过，联网开锁
lock-delivers = 锁的是屏，不是账：没发的都加密存着，有信号就自动发。
lock-lease = 离线还能用 { $days } 天，联网一次就续上。
lock-over = { $days } 天没有联网确认
lock-over-text = 为保护客户资料，屏幕先锁上了。连上网，输入口令就能打开。
lock-wrong = 口令不对，请再试一次。忘了不要紧，请部长或管理员重设后联网开锁，记录都在。
lock-wrong-tries = 口令不对。还可以再试 { $count } 次，之后要等一会儿。
lock-no-signal = 现在没有信号，联网开锁要等有信号再按。记得口令的，按“开锁”就行，不用信号。
lock-wait = 口令不对，请等 { $seconds } 秒再试。
signin-no-key = 公司没有这部手机的钥匙。请用原来的口令开锁，或找部长或管理员。

moved-title = 客户已移交
moved-lead = 客户已移交。
moved-text = 这家客户已转给同事，资料已从本机移走。您送出的记录都在公司账本里。
moved-form = 移交前的拜访和收款仍可如实保存，记在您名下；订单和卡片的改动请转告接手的同事。
moved-name = 已移交的客户
moved-toast = { $count } 家客户已移交，资料已从本机移走。

rescue-title = 救援文件
rescue-text = 发不出去时，把没送到的记录和照片存成一个只有公司能打开的文件，交给同事或办公室导入。本机的记录照样留着。
rescue-export = 导出救援文件
rescue-import = 导入别的手机的救援文件
rescue-nothing = 都已送到公司，没有要救的。
rescue-made = 已存成 { $name }：{ $count } 条记录、{ $photos } 张照片。
rescue-left-out = 另有 { $count } 张照片放不下，还在本机。
rescue-part = 照片一个文件放不下：这是第 { $part } 个，共 { $parts } 个。请再按一次，导出下一个。
rescue-last-part = 这是第 { $part } 个，共 { $parts } 个，照片齐了。
rescue-no-key = 本机还没取到公司的钥匙，联网一次后再导出。
rescue-not-made = 没有存成文件，本机的记录不受影响。{ $code }
rescue-brought = { $device } 号机的文件已收下：新收 { $taken } 条，早已收到 { $known } 条，照片 { $photos } 张。
rescue-brought-aside = { $device } 号机的文件已收下：新收 { $taken } 条，早已收到 { $known } 条，照片 { $photos } 张；{ $aside } 条与已收到的不一样，另存待查。
rescue-no-signal = 没有送到：请到有信号的地方再导入一次。
rescue-sign-in = 没有送到：登录已到期，请重新登录后再导入一次。

banner-overdue = { $count } 条记录超过 24 小时没送到公司。
banner-overdue-text = 到有信号的地方打开本页就会自动发出；一直发不出，请导出救援文件。
banner-overdue-do = 导出救援文件
me-narrow = 手机空间快满了，还剩 { $count } MB。请先联网送出记录，再清理手机。
phone-gone = 浏览器清掉了本机的存储，这一笔没有存下。您填的还在：请重新登记，再存一次。
