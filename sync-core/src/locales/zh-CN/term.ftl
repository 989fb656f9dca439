# 规定里的名目：岗位、客户卡各项、拜访目的。键末尾是稳定代码。

# 岗位
role-rep = 营销业务员
role-direct-rep = 直销人员
role-logistics = 物流专员
role-finance = 财务部
role-keeper = 成品库管
role-clerk = 销售内勤
role-archivist = 档案管理员
role-marketing-head = 市场部部长
role-sales-head = 销售业务部部长
role-sales-manager = 销售经理
role-marketing-vp = 营销副总
role-general-manager = 总经理
role-management-representative = 管理者代表
role-production = 生产单位
role-administrator = 系统管理员
role-operator = 服务器操作员

# 客户基本信息卡 S92
card-name = 名称
card-registered-address = 注册地址
card-phone = 电话
card-legal-representative = 法定代表人
card-founded-on = 创业时间
card-trading-since = 与本公司交易时间
card-organisation = 组织形式
card-employees = 职工人数
card-annual-sales = 年销售额
card-county = 所在市县
card-location = 位置
card-stage = 客户阶段
card-market-potential = 市场潜力
card-direction = 发展方向
card-credit = 财务信用能力
card-competitiveness = 竞争力

# 法定代表人个人情况 S92
personal-character = 性格
personal-interests = 兴趣
personal-hobbies = 爱好
personal-family = 家庭
personal-education = 学历
personal-age = 年龄
personal-ability = 能力
personal-background = 经历背景

# 组织形式
organisation-sole-trader = 个体工商户
organisation-limited-company = 有限公司
organisation-partnership = 合伙
organisation-cooperative = 合作社
organisation-other = 其他

# 客户阶段 S81
stage-potential = 潜在分析
stage-first-contact = 初期接触
stage-signed = 签订合同
stage-maintained = 日常维护

# 拜访目的
purpose-urge-payment = 催货款
purpose-discuss-order = 谈订货
purpose-after-delivery = 送货回访
purpose-display = 看陈列
purpose-complaint = 处理投诉
purpose-other = 其他
