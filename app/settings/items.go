// Package settings is the staff's side of what a place sets, without its
// widgets: what is typed into which field, what is wrong with it, what would
// change, and how that is applied and taken back; and how it stands with the
// server. The settings file judges itself (package site): a screen can say
// nothing that the file may not.
package settings

import (
	"aidpost/app/site"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports"
)

// A Section is a page of settings.
type Section string

// The sections.
const (
	Place     Section = "place"
	Judging   Section = "judging"
	Languages Section = "languages"
	Printers  Section = "printers"
	Keeping   Section = "keeping"
	Kiosk     Section = "kiosk"
	ToServer  Section = "server"
)

// Sections lists them in order.
func Sections() []Section {
	return []Section{Place, Judging, Languages, Printers, Keeping, Kiosk, ToServer}
}

// A Kind is how an item is typed.
type Kind int

// The kinds. What is typed is text in all of them.
const (
	Text    Kind = iota
	Lines        // lines of text, divided by "\n"
	Number       // a whole number
	Limit        // a critical limit, a number with decimals; empty: there is none
	YesNo        // "true" or "false"
	Choice       // one of Options
	Order        // several of Options in an order, divided by ","
	Queue        // the name of a print queue
	Picture      // bytes of a picture file
)

// An Item is one field of a section.
type Item struct {
	Path    string // of the setting; a limit has one of its own
	Kind    Kind
	Options []string // of Choice and Order; "" is the default
	Needed  bool     // an empty one is wrong, and not the default
	Bound   guideline.Bound
}

// limitPath names the item of a critical limit.
func limitPath(b guideline.Bound) string {
	return "critical:" + string(b.Measure) + ":" + string(b.Unit) + ":" + string(b.Side)
}

// printed are the kinds of reports whose printer can be set on screen, and those
// of all others.
func printed() []string { return []string{"default", "visit", "referral", "days"} }

// itemsOf lists the fields of each section in order.
func itemsOf(tags, protocols, oximetry []string, bounds []guideline.Bound) map[Section][]Item {
	judging := []Item{
		{Path: "guideline", Kind: Choice, Options: []string{"", guideline.AHA2025, guideline.ESC2024}},
		{Path: "protocol", Kind: Choice, Options: append([]string{""}, protocols...)},
		{Path: "oximetry", Kind: Choice, Options: append([]string{""}, oximetry...)},
		{Path: "approvedBy"},
	}
	for _, b := range bounds {
		if b.Unit != vitals.Fahrenheit && b.Unit != vitals.MmolPerL { // those who use them edit the file
			judging = append(judging, Item{Path: limitPath(b), Kind: Limit, Bound: b})
		}
	}
	var printers []Item
	for _, kind := range printed() {
		printers = append(printers,
			Item{Path: "printers." + kind + ".queue", Kind: Queue},
			Item{Path: "printers." + kind + ".paper", Kind: Choice, Options: []string{"", reports.A4.String(), reports.Letter.String(), reports.Receipt.String()}})
	}
	return map[Section][]Item{
		Place: {
			{Path: "name", Needed: true}, {Path: "phone"}, {Path: "address", Kind: Lines}, {Path: "country"}, {Path: "emergency"},
			{Path: "unstaffed", Kind: YesNo}, {Path: "logo", Kind: Picture},
		},
		Judging: judging,
		Languages: {
			{Path: "languages", Kind: Order, Options: tags}, {Path: "onlyLanguages", Kind: YesNo},
			{Path: "language", Kind: Choice, Options: append([]string{""}, tags...)},
		},
		Printers: printers,
		Keeping: {
			{Path: "keepDays", Kind: Number}, {Path: "keep.backupDays", Kind: Number}, {Path: "keep.backupWeeks", Kind: Number},
			{Path: "keep.summaryDays", Kind: Number}, {Path: "keep.asideDays", Kind: Number}, {Path: "keep.captureDays", Kind: Number},
		},
		Kiosk: {
			{Path: "screen.askSeconds", Kind: Number}, {Path: "screen.endSeconds", Kind: Number}, {Path: "screen.coverSeconds", Kind: Number},
			{Path: "screen.covered", Kind: YesNo}, {Path: "screen.silent", Kind: YesNo}, {Path: "screen.volume", Kind: Number}, {Path: "alarmVolume", Kind: Number},
			{Path: "screen.shared", Kind: YesNo},
		},
		ToServer: {
			{Path: "sync.url"}, {Path: "sync.base"}, {Path: "sync.protocol", Kind: Choice, Options: []string{"", site.HL7v2}},
			{Path: "sync.auth.kind", Kind: Choice, Options: []string{"", "bearer", "basic", "smart"}},
			{Path: "sync.auth.name"}, {Path: "sync.auth.clientId"}, {Path: "sync.auth.keyId"},
			{Path: "sync.metered", Kind: Choice, Options: []string{"", "yes", "no"}},
			{Path: "sync.onMetered", Kind: Choice, Options: []string{"", "wait"}},
		},
	}
}
