//! What reps write after a visit, by what it was for (拜访说了什么).
//!
//! Floor: a table of the demo.

use sync_core::domain::visit::Purpose;

use super::dice::Dice;

/// A visit's purpose, what was said, and what comes next.
type Talk = (Purpose, &'static str, &'static str);

const TALKS: [Talk; 36] = [
    (Purpose::DiscussOrder, "面粉还剩十来袋，月底前要补一批。胡麻油走得慢，先不进。", "月底前再来定数量"),
    (Purpose::DiscussOrder, "店里挂面卖断了，想多要几箱鸡蛋挂面，问有没有赠品。", "问市场部赠品"),
    (Purpose::DiscussOrder, "学校开学，食堂用量加大，特一面粉每周要三十袋。", "排送货日子"),
    (Purpose::DiscussOrder, "比了两家的价，说我们胡麻油香，还是拿我们的。", ""),
    (Purpose::DiscussOrder, "节前备货，枸杞礼盒和八宝茶都要，数量等合伙人回来定。", "后天电话定数量"),
    (Purpose::DiscussOrder, "拉面馆换了师傅，试用拉面专用粉两袋，满意就长期要。", "三天后问试用结果"),
    (Purpose::DiscussOrder, "羊肉卷冰柜腾出来了，天凉了想上货。", "带冷链价格再来"),
    (Purpose::DiscussOrder, "嫌十三香价高，同样的调料别家便宜两块，讲了质量和保质期。", ""),
    (Purpose::DiscussOrder, "这个月流水不错，愿意加一个品，先试油泼辣子。", "首批五箱，看走量"),
    (Purpose::DiscussOrder, "库房潮，不敢多存面粉，说一次送少一点、勤送。", "跟物流说小批多送"),
    (Purpose::UrgePayment, "上月两笔货款还差一笔，答应这周打到公司账户。", "周五查账"),
    (Purpose::UrgePayment, "老板不在，会计说月底统一付。", "月底再来一趟"),
    (Purpose::UrgePayment, "货款今天结清，收据当面给了。", ""),
    (Purpose::UrgePayment, "资金紧，先付一半，剩下的下次送货时给。", "下次送货一起收"),
    (Purpose::UrgePayment, "对过账，数目对得上，没有异议。", ""),
    (Purpose::UrgePayment, "说银行限额，分两次转，今天先转第一笔。", "明天查第二笔"),
    (Purpose::AfterDelivery, "昨天送的货点过了，数量对，包装完好。", ""),
    (Purpose::AfterDelivery, "面粉口线有两袋松了，不影响用，记下来反映给车间。", "反映封口问题"),
    (Purpose::AfterDelivery, "新批次饺子粉反映好，包出来不破皮。", ""),
    (Purpose::AfterDelivery, "送货比约的晚了半天，解释了修路的情况，客户能理解。", "告诉物流提前通知"),
    (Purpose::AfterDelivery, "挂面断条比上批少，满意。", ""),
    (Purpose::AfterDelivery, "胡麻油有一桶盖子渗油，当场换了。", "补一桶"),
    (Purpose::Display, "货架调到了进门第一排，挂面和调料摆在一起。", "下次带价签"),
    (Purpose::Display, "陈列被别家占了一半，重新摆过，跟店主说好位置。", "两周后再看"),
    (Purpose::Display, "枸杞落灰，擦过，换了新海报。", ""),
    (Purpose::Display, "看了堆头，辣子和陈醋走得最快，建议双面陈列。", ""),
    (Purpose::Display, "冰柜里羊肉片摆在最下层，帮着挪到中间。", ""),
    (Purpose::Complaint, "说有一袋面粉结块，看了批号，拍给质检，先换了一袋。", "等质检答复"),
    (Purpose::Complaint, "投诉送货司机态度，道了歉，回去跟物流说。", "物流给答复"),
    (Purpose::Complaint, "称了三袋，净重都在允差里，客户放心了。", ""),
    (Purpose::Other, "路过看看，老板在忙，留了新价格表。", ""),
    (Purpose::Other, "补登了联系人，以后订货找采购。", ""),
    (Purpose::Other, "听说街对面要开新超市，记下来跟一跟。", "打听新店老板"),
    (Purpose::Other, "送了公司日历，聊了明年的量。", ""),
    (Purpose::DiscussOrder, "面馆淡季，量减一半，说好入冬恢复。", "入冬前再来"),
    (Purpose::DiscussOrder, "要一次性送三个门店，问能不能分开送、一起结。", "问物流能否分送"),
];

/// What a visit was for and about.
pub(super) fn talk(dice: &mut Dice) -> Talk {
    *dice.pick(&TALKS)
}

/// What stands on an order beside its lines.
pub(super) fn order_note(dice: &mut Dice) -> &'static str {
    const NOTES: [&str; 6] = [
        "上午送，下午店里没人收",
        "面粉要新批次",
        "送到后门，叫采购签收",
        "和上一单一起送",
        "到货前先打电话",
        "发票开个体户名",
    ];
    if dice.percent(30) { dice.word(&NOTES) } else { "" }
}
