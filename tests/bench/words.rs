//! What reps write, put together from parts so that hardly two texts are alike.

use crate::dice::Dice;

/// Products, as people say them.
pub(crate) const GOODS: [&str; 40] = [
    "特一面粉",
    "特二面粉",
    "饺子粉",
    "拉面粉",
    "全麦粉",
    "荞麦粉",
    "鸡蛋挂面",
    "手擀面",
    "荞麦挂面",
    "龙须面",
    "蔬菜挂面",
    "胡麻油",
    "热榨胡麻油",
    "菜籽油",
    "葵花籽油",
    "中宁枸杞",
    "枸杞原浆",
    "黑枸杞",
    "枸杞蜂蜜",
    "滩羊肉卷",
    "滩羊肉片",
    "羊杂碎",
    "手抓羊肉",
    "羊肉酱",
    "油泼辣子",
    "辣椒面",
    "陈醋",
    "酱油",
    "孜然粉",
    "十三香",
    "炖肉料",
    "酸菜",
    "小米",
    "珍珠米",
    "八宝茶",
    "燕麦片",
    "豆瓣酱",
    "粉条",
    "红枣",
    "核桃仁",
];

const FAMILIES: [&str; 24] = [
    "马", "杨", "王", "李", "张", "丁", "哈", "白", "金", "纳", "吴", "陈", "刘", "田", "何", "罗", "沙",
    "周", "郭", "虎", "摆", "苏", "海", "冶",
];
const GIVEN: [&str; 24] = [
    "建国", "秀兰", "永红", "学军", "晓燕", "文涛", "小龙", "玉梅", "志强", "海燕", "国栋", "丽娟", "伟",
    "芳", "军", "洋", "慧", "鹏", "静", "斌", "霞", "涛", "雪梅", "立新",
];
const PLACES: [&str; 22] = [
    "兴庆",
    "金凤",
    "西夏",
    "永宁",
    "贺兰",
    "灵武",
    "大武口",
    "惠农",
    "平罗",
    "利通",
    "红寺堡",
    "青铜峡",
    "盐池",
    "同心",
    "原州",
    "西吉",
    "隆德",
    "泾源",
    "彭阳",
    "沙坡头",
    "中宁",
    "海原",
];
const SIGNS: [&str; 20] = [
    "福源",
    "聚鑫",
    "万家",
    "惠民",
    "天顺",
    "金谷",
    "众诚",
    "永盛",
    "新天地",
    "好邻居",
    "瑞丰",
    "百汇",
    "塞上",
    "清真",
    "民生",
    "兴旺",
    "隆泰",
    "鑫海",
    "佳美",
    "同福",
];
const SHOPS: [&str; 10] = [
    "粮油店",
    "超市",
    "便利店",
    "食品商行",
    "批发部",
    "拉面馆",
    "餐饮公司",
    "学校食堂",
    "农贸市场",
    "干货店",
];
const STREETS: [&str; 12] = [
    "北京路",
    "解放街",
    "新华街",
    "胜利路",
    "朝阳街",
    "利民街",
    "人民路",
    "文化巷",
    "迎宾大道",
    "民族街",
    "开元路",
    "政府街",
];

/// Words of the trade, out of which every sentence is put together anew: the more of them, the less a packer finds.
const WORDS: &str = "老板 合伙人 会计 采购 店长 库管 司机 厨师长 理货员 收银员 房东 食堂 货架 堆头 冰柜 库房 后厨 柜台 门口 仓库 \
    价格 折扣 赠品 样品 合同 发票 对账单 收据 押金 运费 返点 账期 尾款 定金 起订量 保质期 生产日期 批号 标签 条码 \
    包装 封口 外箱 口感 颜色 味道 水分 破损 结块 渗油 断条 异味 份量 净含量 毛利 销量 流水 客流 回头客 散客 \
    批发 零售 团购 送货 卸货 退货 换货 补货 盘点 试吃 陈列 促销 上架 下架 调拨 压货 断货 缺货 到货 催货 \
    便宜 偏贵 合适 满意 犹豫 担心 着急 生气 客气 热情 答应 拒绝 推迟 提前 增加 减少 更换 保留 取消 确认 \
    上周 本周 下周 月初 月中 月底 节前 节后 开学 放假 入冬 开春 早上 中午 下午 傍晚 前天 昨天 今天 明天 \
    隔壁 对面 街口 市场 小区 学校 工地 医院 车站 乡镇 县城 新店 老店 分店 总店 连锁 超市 面馆 饭店 摊位 \
    三十 五十 八成 一半 两箱 几袋 十来桶 第二批 头一回 多半 大约 至少 最多 另外 顺便 暂时 已经 还没 正在 准备 \
    建议 要求 希望 打算 反映 解释 登记 核对 签字 付款 转账 现金 刷卡 欠款 催收 结清 分期 抵扣 报价 比价 \
    竞品 别家 厂家 品牌 渠道 代理 经销 资质 检验 证照 司磅 过秤 托盘 叉车 冷链 常温 防潮 通风 阴凉 密封";

/// So many words of the trade, as a rep strings them together.
fn clause(dice: &mut Dice, count: u32) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let small =
        ["的", "了", "要", "说", "把", "让", "跟", "就", "也", "不", "再", "还", "都", "给", "从", "到"];
    let mut text = String::new();
    for _ in 0..count {
        text.push_str(dice.pick(&words));
        if dice.percent(45) {
            text.push_str(dice.pick(&small));
        }
    }
    text
}

const NEXT: [&str; 14] = [
    "带样品",
    "送价格表",
    "催款",
    "对账",
    "补破损",
    "约采购",
    "查发票",
    "问物流",
    "换海报",
    "定数量",
    "带合同",
    "看走量",
    "找老板",
    "清临期",
];
const NOTES: [&str; 10] = [
    "上午送到",
    "下午三点后收货",
    "走后门卸货",
    "要新批次",
    "先打电话",
    "和上单一起送",
    "分两车送",
    "送到二店",
    "开专票",
    "司机带回空桶",
];

/// A person.
pub(crate) fn person(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&FAMILIES), dice.pick(&GIVEN))
}

/// A person, as one speaks of them.
pub(crate) fn met(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&FAMILIES), dice.pick(&["老板", "经理", "会计", "采购", "店长"]))
}

/// A customer's name.
pub(crate) fn shop(dice: &mut Dice) -> String {
    let family = dice.pick(&FAMILIES);
    format!("{}{}{family}记{}", dice.pick(&PLACES), dice.pick(&SIGNS), dice.pick(&SHOPS))
}

/// A county.
pub(crate) fn county(dice: &mut Dice) -> &'static str {
    dice.pick(&PLACES)
}

/// An address.
pub(crate) fn address(dice: &mut Dice) -> String {
    format!("{}{}{}号", dice.pick(&PLACES), dice.pick(&STREETS), dice.between(1, 399))
}

/// A telephone number.
pub(crate) fn phone(dice: &mut Dice) -> String {
    let prefix = dice.pick(&["138", "139", "150", "153", "180", "189", "199"]);
    format!("{prefix}{:08}", dice.below(100_000_000))
}

/// What was seen and said at a visit.
pub(crate) fn said(dice: &mut Dice) -> String {
    let (first, second) = (dice.between(4, 7), dice.between(6, 11));
    let (goods, count) = (dice.pick(&GOODS), dice.between(2, 190));
    format!("{}，{goods}{count}。{}。", clause(dice, first), clause(dice, second))
}

/// What comes next.
pub(crate) fn next_step(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&["周三", "下周", "月底", "后天", "节前"]), dice.pick(&NEXT))
}

/// A word beside an order or a collection.
pub(crate) fn note(dice: &mut Dice) -> &'static str {
    dice.pick(&NOTES)
}
