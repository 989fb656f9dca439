// A rep's full day as reps write it: what was said at ten doors, what was ordered, paid and learnt.
import { by } from "./screen.js";

/** What was met, said and agreed at each visit. */
export const VISITS = [
  ["马经理", "店里盘了库存，羊肉面还剩三箱多，红枣味走得慢。催了上月的余款，答应周五前打到公司账户。", "周五上午来电话确认到账"],
  ["王老板娘", "谈国庆堆头，位置给到进门左手第二个，费用按去年的标准，要求送一块价格牌。", "把价格牌的尺寸发给内勤"],
  ["", "送货回访，上批货少一包调料，当面补齐。店员说学生开学以后小包装好卖，要再试两箱。", ""],
  ["丁主任", "看陈列，我们的排面从四个减到三个，旁边新上了一家本地品牌，单价便宜五毛，买十送一。", "下周带对比样品过来谈排面"],
  ["马师傅", "处理投诉：一箱封口不严，有两袋进潮。照片已拍，批号抄在单子上，答应三天内给答复。", "批号报质检，等答复"],
  ["李店长", "店面装修停业到月底，账先不动，库存请隔壁超市代存。装修后想加一组冷柜。", "月底前再来看一次"],
  ["", "老板去银川进货了，店员不做主。留了新价目表和名片，约下周二上午。", "周二上午再来"],
  ["哈经理", "谈年度返利，要求按季度结，理由是隔壁县的同行都是按季度。说了公司的规定，要回去请示。", "请示部长以后答复"],
  ["杨会计", "对账，双方差一笔八百六十元，是九月退的那批货没有入账。把退货单的照片给她看了，认。", "请财务补一张退货凭证"],
  ["纳老板", "新开的店，面积一百二十平，对面是中学。先铺基础品项六个，卖得动再加，付款方式现金。", "十天以后看动销"],
];

/** How many boxes of how many goods each order has. */
export const ORDERS = [5, 3, 4, 6, 2, 4];

/** What was paid in cash, in yuan. */
export const COLLECTED = ["1260.00", "860.50", "2400", "318", "1975.00", "642.80", "1100", "455.60"];

/** What was learnt of customers: the field of the card, and its new value. */
export const CARD = [
  ["phone", "13995107236"],
  ["registered-address", "宁夏银川市兴庆区解放东街126号塞上商贸城B座2层"],
  ["legal-representative", "丁文海"],
  ["legal-representative", "马占林"],
  ["phone", "0951-6048812"],
  ["registered-address", "吴忠市利通区金积大道与世纪大道交叉口东南角"],
  ["legal-representative", "纳学军"],
  ["registered-address", "灵武市东塔镇果园村西环路口北30米"],
  ["phone", "18709602217"],
  ["legal-representative", "杨秀兰"],
];

async function visits(rep, customer, [met, said, next]) {
  const route = `#/customers/${customer}/visit`;
  await rep.opens(route);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("visit-met")).fill(met);
  await rep.page.locator(by("visit-said")).fill(said);
  await rep.page.locator(by("visit-next")).fill(next);
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(route);
}

async function orders(rep, customer, goods) {
  const route = `#/customers/${customer}/order`;
  await rep.opens(route);
  await rep.page.locator(by("add-products")).click();
  for (let one = 0; one < goods; one += 1) await rep.page.locator(by("add-product")).first().click();
  await rep.page.locator(by("products-done")).click();
  await rep.page.locator(by("save-order")).click();
  await rep.leaves(route);
}

/** Ten visits, six orders, eight collections and ten edits of cards, among the rep's own customers. */
export async function liveAFullDay(rep) {
  const customers = await rep.customers();
  const at = (turn) => customers[turn % customers.length];
  for (const [turn, visit] of VISITS.entries()) await visits(rep, at(turn), visit);
  for (const [turn, goods] of ORDERS.entries()) await orders(rep, at(turn), goods);
  for (const [turn, amount] of COLLECTED.entries()) await rep.collects(at(turn), amount);
  for (const [turn, [field, value]] of CARD.entries()) await rep.changes(at(turn), field, value);
}
