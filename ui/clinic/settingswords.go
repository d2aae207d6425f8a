package clinic

import (
	"strings"

	"aidpost/app/settings"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

func sectionWords(s settings.Section) words.Key {
	return map[settings.Section]words.Key{
		settings.Place: words.SettingsPlace, settings.Judging: words.SettingsJudging, settings.Languages: words.SettingsLanguages,
		settings.Printers: words.SettingsPrinters, settings.Keeping: words.SettingsKeeping, settings.Kiosk: words.SettingsKiosk,
		settings.ToServer: words.SettingsServer,
	}[s]
}

// sectionLead is what stands above a section's fields; empty: nothing.
func sectionLead(s settings.Section) words.Key {
	return map[settings.Section]words.Key{
		settings.Judging: words.SettingsLeadJudging, settings.Keeping: words.SettingsLeadKeeping, settings.Languages: words.SettingsLeadLanguages,
	}[s]
}

// settingLabels are what settings are called.
func settingLabels() map[string]words.Key {
	return map[string]words.Key{
		"name": words.SettingsItemName, "phone": words.SettingsItemPhone, "address": words.SettingsItemAddress,
		"country": words.SettingsItemCountry, "emergency": words.SettingsItemEmergency, "unstaffed": words.SettingsItemUnstaffed,
		"logo": words.SettingsItemLogo, "guideline": words.SettingsItemGuideline, "protocol": words.SettingsItemProtocol, "oximetry": words.SettingsItemOximetry,
		"approvedBy": words.SettingsItemApproved, "languages": words.SettingsItemLanguages, "onlyLanguages": words.SettingsItemOnly,
		"language": words.SettingsItemLanguage, "keepDays": words.SettingsKeepVisits, "keep.backupDays": words.SettingsKeepDays,
		"keep.backupWeeks": words.SettingsKeepWeeks, "keep.summaryDays": words.SettingsKeepSummaries, "keep.captureDays": words.SettingsKeepCaptures, "keep.asideDays": words.SettingsKeepAsides,
		"screen.askSeconds": words.SettingsAsk, "screen.endSeconds": words.SettingsEnd, "screen.coverSeconds": words.SettingsCover,
		"screen.covered": words.SettingsCovered, "screen.silent": words.SettingsSilent, "screen.volume": words.SettingsVolume,
		"alarmVolume":   words.SettingsAlarmVolume,
		"screen.shared": words.SettingsShared,
		"sync.url":      words.SettingsURL, "sync.base": words.SettingsBase, "sync.protocol": words.SettingsProtocolHow,
		"sync.auth.kind": words.SettingsAuth, "sync.auth.name": words.SettingsAuthName, "sync.auth.clientId": words.SettingsClient,
		"sync.auth.keyId": words.SettingsKeyID, "sync.metered": words.SettingsMetered, "sync.onMetered": words.SettingsOnMetered,
	}
}

// reportWords are what the kinds of reports with a printer of their own are
// called.
func reportWords() map[string]words.Key {
	return map[string]words.Key{
		"default": words.SettingsReportDefault, "visit": words.SettingsReportVisit, "referral": words.SettingsReportReferral, "days": words.SettingsReportDays,
	}
}

// changeLabel is what a setting is called in the list of changes: by its path,
// where it has no field.
func (c *Clinic) changeLabel(path string) string {
	if key, ok := settingLabels()[path]; ok {
		return c.t(key)
	}
	parts := strings.Split(path, ".")
	if report, ok := reportWords()[parts[min(1, len(parts)-1)]]; ok && parts[0] == "printers" {
		key := words.SettingsQueue
		if parts[2] == "paper" {
			key = words.SettingsPaper
		}
		return c.t(key, words.With("report", c.t(report)))
	}
	return path
}

func (c *Clinic) itemLabel(i settings.Item) string {
	if i.Kind != settings.Limit {
		return c.changeLabel(i.Path)
	}
	return c.limitLabel(i.Bound.Measure, i.Bound.Side)
}

// nameOfChange is what a setting is called in the list of changes.
func (c *Clinic) nameOfChange(change site.Change) string {
	if l, ok := change.Limit(); ok {
		return c.limitLabel(l.Measure, l.Side)
	}
	return c.changeLabel(change.Path)
}

func (c *Clinic) limitLabel(m vitals.Measure, side guideline.Side) string {
	key := words.SettingsLimitHigh
	if side == guideline.LowSide {
		key = words.SettingsLimitLow
	}
	name := c.measureName(m)
	if m == vitals.Systolic || m == vitals.Diastolic { // each has a limit of its own
		name = c.t(words.QuantityName(string(m)))
	}
	return c.t(key, words.With("measure", name))
}

func (c *Clinic) itemHint(i settings.Item) string {
	if i.Kind == settings.Limit {
		return c.t(words.SettingsLimitHint, words.With("least", i.Bound.Least.String()), words.With("most", i.Bound.Most.String()),
			words.With("unit", i.Bound.Unit.Symbol()))
	}
	key, ok := map[string]words.Key{
		"country": words.SettingsHintCountry, "emergency": words.SettingsHintEmergency, "screen.shared": words.SettingsSharedHint,
	}[i.Path]
	if !ok {
		return ""
	}
	return c.t(key)
}

func (c *Clinic) optionLabel(i settings.Item, code string) string {
	key, named := map[string]words.Key{
		"guideline:": words.SettingsByCountry, "sync.auth.kind:": words.SettingsAuthNone, "sync.auth.kind:bearer": words.SettingsAuthBearer,
		"sync.auth.kind:basic": words.SettingsAuthBasic,
		"sync.metered:":        words.SettingsMeteredSystem, "sync.metered:yes": words.SettingsMeteredYes, "sync.metered:no": words.SettingsMeteredNo,
		"sync.onMetered:": words.SettingsMeteredVisits, "sync.onMetered:wait": words.SettingsMeteredNothing,
	}[i.Path+":"+code]
	switch {
	case named:
		return c.t(key)
	case i.Path == "sync.auth.kind":
		return "SMART Backend Services"
	case i.Path == "sync.protocol":
		return map[string]string{"": "FHIR R4", site.HL7v2: "HL7 v2"}[code]
	case code == "":
		return c.t(words.SettingsDefault)
	case i.Path == "protocol", i.Path == "oximetry":
		return c.lang.Protocol(code)
	case i.Path == "language", i.Path == "languages":
		return c.cfg.Words.Lang(code).Name()
	case i.Kind == settings.Choice && strings.HasSuffix(i.Path, ".paper"):
		return c.t(map[string]words.Key{"a4": words.PapersOnA4, "letter": words.PapersOnLetter, "receipt": words.PapersOnReceipt}[strings.ToLower(code)])
	}
	return code
}

// settingProblem says what is wrong with what was typed.
func (c *Clinic) settingProblem(p site.Problem) string {
	key, ok := map[site.Why]words.Key{
		site.WhyMissing: words.SettingsMissing, site.WhyLong: words.SettingsLong, site.WhyLetters: words.SettingsLetters,
		site.WhyRange: words.SettingsRange, site.WhyNumber: words.SettingsNumber, site.WhyChoice: words.SettingsUnknown,
		site.WhyTwice: words.SettingsUnknown, site.WhyAddress: words.SettingsAddress, site.WhyPicture: words.SettingsPicture,
		site.WhyLarge: words.SettingsLarge,
	}[p.Why]
	switch {
	case p.Path == "sync.base":
		key = words.SettingsBaseMissing
	case p.Why == site.WhyOrder:
		key = words.SettingsOrder
	case !ok:
		key = words.SettingsOther
	}
	var args []words.Arg
	for name, text := range map[string]string{"least": p.Least, "most": p.Most} {
		if text != "" {
			args = append(args, words.With(name, text))
		}
	}
	return c.t(key, args...)
}
