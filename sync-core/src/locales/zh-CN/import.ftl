# 从文件导入客户和价格时说的话。先试读，指出行和列；改好了再全部写入。

import-at-cell = 第 { $row } 行 · { $column }：{ $why }
import-at-column = { $column }：{ $why }
import-unknown-column = 不认识这一列。认识的列：{ $known }
import-missing-column = 缺这一列。
import-column-twice = 这一列有两次，请留一个。
import-missing = 不能空着。
import-not-a-date = 不是日期，请写成 2026-11-01 的样子。
import-sign-beside-mark = 旁边有借贷标志，金额就不能再带负号：分不清是进是出。这家银行的金额若自带正负，请把“金额怎么写”改成“一列，带正负号”。
import-not-a-count = 要填 0 到 { $most } 的整数。
import-not-one-of = 只能填：{ $choices }
import-no-such-staff = 没有这个工号。
import-not-a-rep = 这个工号不是业务员，不能负责客户。
import-no-such-product = 没有这个产品代码。
import-same-as-row = 与第 { $row } 行重复。
import-differs = 各行要一样；前面写的是 { $first }。
import-version-taken = 这一版价格表已经在账本里，请换一个版本号。
import-not-said = 文件里没有这一列，请在命令里给出，例如 { $option }
import-summary-rows = 读了 { $rows } 行：新客户 { $new } 家，账本里已有 { $already } 家，要改的地方 { $faults } 处。
import-summary-prices = 读了 { $rows } 行：价格表 { $version }（{ $from } 至 { $to }）有 { $new } 个价格，要改的地方 { $faults } 处。
import-left-out = 在售产品里有 { $count } 种不在这张表上：{ $codes }
import-already = 第 { $row } 行 · { $name }：账本里已有（名称和电话相同），不再写入。
import-more = 还有 { $count } 处没有列出。
import-dry = 这是试读，什么都没有写。加 --apply 才写入。
import-nothing = 什么都没有写。改好文件再来。
import-applied = 已全部写入。

import-file-ending = 只读 .xlsx 和 .csv 文件。
import-file-too-large = 文件有 { $has } 字节，最多 { $most } 字节。
import-file-unpacks-too-far = 文件解开后太大，其中一部分超过 { $most } 字节；请另存为只有这一张表的文件。
import-file-too-many-texts = 文件里的文字太多，最多 { $most } 条，请分成几个文件。
import-file-not-a-table = 文件读不成表格：可能没有传全，或不是真正的 .xlsx / .csv。请在 Excel 里打开它，另存一份再导入。
import-file-not-text = 文件的文字既不是 UTF-8 也不是 GBK，请另存为 UTF-8 的 CSV 或 xlsx。
import-file-too-many-rows = 行数太多，最多 { $most } 行，请分成几个文件。
import-file-too-many-columns = 列数太多，最多 { $most } 列。
import-file-no-rows = 文件里没有数据行；第一行要是列名。
