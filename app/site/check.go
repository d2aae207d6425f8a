package site

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // of logos
	_ "image/png"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"aidpost/app/bedside"
	"aidpost/assets/words"
	"aidpost/instruments/catalogue"
	"aidpost/records/fhir"
	"aidpost/records/guideline"
	"aidpost/records/outbox"
	"aidpost/records/oximetry"
	"aidpost/records/vitals"
	"aidpost/reports"
)

// The volumes that an alarm may have.
const (
	LeastVolume = 20
	MostVolume  = 100
)

// The bounds of settings.
const (
	mostName    = 100
	mostSeries  = 2 // letters before a number in the queue
	mostAddress = 6
	mostPhone   = 40
	mostNumber  = 20 // letters of an emergency number
	mostURL     = 300
	mostDays    = 36500

	// MostLogo bounds the file of a logo, since it travels in the settings file.
	MostLogo = 256 << 10
	// mostSide bounds its width and height in pixels; least is what can be seen on
	// paper.
	mostSide, leastSide = 2000, 32
)

// Errors of logos.
var (
	ErrPicture      = errors.New("the logo is no PNG or JPEG picture that can be read")
	ErrLargePicture = errors.New("the logo is too large")
)

// ParseProfile reads a settings file whose own files are in a folder. An error
// about what it says is Problems.
func ParseProfile(folder string, text []byte) (Profile, error) {
	p := DefaultProfile()
	p.Kiosk = "" // that of the machine
	lines, err := decodeStrict(text, &p)
	if err != nil {
		return p, err
	}
	c := &checker{lines: lines}
	if p.Version > SettingsVersion || p.Version < 0 {
		c.fault("version", WhyNewer, fmt.Errorf("the file is of version %d, this program knows %d", p.Version, SettingsVersion))
		return p, c.err()
	}
	c.fault("country", WhyChoice, p.emergencyOf(text))
	p.checkPlace(c)
	p.checkJudging(c, folder)
	p.checkKiosk(c)
	p.checkPaper(c)
	if p.Sync != nil {
		p.Sync.check(c)
	}
	return p, c.err()
}

func (p *Profile) checkPlace(c *checker) {
	c.text("name", p.Name, mostName)
	c.text("location", p.Location, mostName)
	c.text("kiosk", p.Kiosk, mostName)
	c.series("queue", p.Queue)
	c.text("approvedBy", p.ApprovedBy, mostName)
	c.text("phone", p.Phone, mostPhone)
	c.text("emergency", p.Emergency, mostNumber)
	if strings.TrimSpace(p.Name) == "" {
		c.fault("name", WhyMissing, fmt.Errorf("%w: the place has no name", ErrSetting))
	}
	if strings.TrimSpace(p.Emergency) == "" {
		c.fault("emergency", WhyMissing, ErrNoEmergency)
	}
	if len(p.Address) > mostAddress {
		c.add(Problem{
			Path: "address", Why: WhyLong, Most: strconv.Itoa(mostAddress),
			Err: fmt.Errorf("%w: more than %d lines", ErrSetting, mostAddress),
		})
	}
	for i, line := range p.Address {
		c.text(fmt.Sprintf("address.%d", i), line, mostName)
	}
	if strings.ContainsFunc(p.Phone, unicode.IsLetter) {
		c.fault("phone", WhyLetters, fmt.Errorf("%w: there are letters in the phone number", ErrSetting))
	}
	if _, err := p.Waits(); err != nil {
		c.fault("escalateSeconds", WhyOrder, err)
	}
	c.logo(p.Logo)
}

// LogoSize returns a logo's width and height in pixels.
func LogoSize(logo []byte) (width, height int, err error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(logo))
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %w", ErrPicture, err)
	}
	return config.Width, config.Height, nil
}

func (c *checker) logo(logo []byte) {
	if len(logo) == 0 {
		return
	}
	if len(logo) > MostLogo {
		c.add(Problem{Path: "logo", Why: WhyLarge, Most: fmt.Sprintf("%d kB", MostLogo>>10), Err: fmt.Errorf("%w: %d bytes are more than %d", ErrLargePicture, len(logo), MostLogo)})
		return
	}
	width, height, err := LogoSize(logo)
	if err == nil && (max(width, height) > mostSide || min(width, height) < leastSide) {
		c.add(Problem{
			Path: "logo", Why: WhyLarge, Most: fmt.Sprintf("%d × %d", mostSide, mostSide),
			Err: fmt.Errorf("%w: %d × %d pixels are not from %d to %d", ErrLargePicture, width, height, leastSide, mostSide),
		})
		return
	}
	if err == nil { // its size is known to fit into memory
		if _, _, wrong := image.Decode(bytes.NewReader(logo)); wrong != nil {
			err = fmt.Errorf("%w: %w", ErrPicture, wrong)
		}
	}
	c.fault("logo", WhyPicture, err)
}

func (p *Profile) checkJudging(c *checker, folder string) {
	if at, err := guideline.CheckLimits(p.Critical); err != nil {
		c.limit(at, p.Critical[at], err)
		return
	}
	if err := checkPlans(p.Quality); err != nil {
		c.fault("quality", WhyOther, err)
	}
	if err := p.checkMeant(); err != nil {
		path := "cleaning"
		switch {
		case errors.Is(err, ErrSharing):
			path = "sharing"
		case errors.Is(err, ErrCuff):
			path = "cuffs"
		}
		c.fault(path, WhyOther, err)
	}
	own, err := ownFile(folder, p.Protocol, guideline.ParseProtocol)
	if p.own = own; err != nil {
		c.fault("protocol", WhyChoice, err)
		return
	}
	if p.ownOximetry, err = ownFile(folder, p.Oximetry, oximetry.Parse); err != nil {
		c.fault("oximetry", WhyChoice, err)
		return
	}
	if _, err := Rules(p.Choice("")); err != nil {
		path := "guideline"
		switch {
		case errors.Is(err, oximetry.ErrUnknown), errors.Is(err, oximetry.ErrRule):
			path = "oximetry"
		case errors.Is(err, guideline.ErrUnknownProtocol), own != nil:
			path = "protocol"
		}
		c.fault(path, WhyChoice, err)
	}
	for _, model := range p.Refuse {
		if _, ok := catalogue.Find(model); !ok {
			c.fault("refuse", WhyChoice, fmt.Errorf("%w: there is no model %.40q", ErrSetting, model))
		}
	}
	seen := map[vitals.Unit]bool{}
	for i, u := range p.Units {
		if !slices.Contains(bedside.ChoosableUnits(), u) || seen[u] {
			c.fault(fmt.Sprintf("units.%d", i), WhyChoice, fmt.Errorf("%w: %.20q is no unit that can be chosen, or stands twice", ErrSetting, u))
		}
		seen[u] = true
	}
}

// limit puts a critical limit that is out of bounds where it stands.
func (c *checker) limit(at int, l guideline.Limit, err error) {
	problem := Problem{Path: fmt.Sprintf("critical.%d", at), Why: WhyChoice, Err: err}
	if all, e := guideline.Bounds(); e == nil {
		if b, ok := guideline.BoundOf(all, l); ok {
			problem.Why, problem.Least, problem.Most = WhyRange, b.Least.String(), b.Most.String()
		}
	}
	c.add(problem)
}

func (p *Profile) checkKiosk(c *checker) {
	c.number("keepDays", float64(p.KeepDays), 0, mostDays)
	if p.KeepDays < 0 {
		c.found[len(c.found)-1].Err = ErrKeepDays
	}
	for path, days := range map[string]int{"keep.summaryDays": p.Keep.SummaryDays, "keep.captureDays": p.Keep.CaptureDays, "keep.asideDays": p.Keep.AsideDays} {
		c.number(path, float64(days), 0, mostDays)
	}
	c.number("keep.backupDays", float64(p.Keep.BackupDays), 1, 366)
	c.number("keep.backupWeeks", float64(p.Keep.BackupWeeks), 0, 520)
	c.number("screen.askSeconds", float64(p.Screen.AskSeconds), 20, 600)
	c.number("screen.endSeconds", float64(p.Screen.EndSeconds), 20, 300) // WCAG 2.2.1: 20 s at least
	c.number("screen.coverSeconds", float64(p.Screen.CoverSeconds), 15, 600)
	for i, panel := range p.CallWhenSilent {
		c.oneOf(fmt.Sprintf("callWhenSilent.%d", i), string(panel), string(vitals.BloodPressure), string(vitals.Oximetry))
	}
	c.number("alarmVolume", float64(p.AlarmVolume), LeastVolume, MostVolume)
	c.number("screen.volume", float64(p.Screen.Volume), 20, 100)
	if p.SwitchSeconds != 0 {
		c.number("switchSeconds", p.SwitchSeconds, 0.5, 30)
	}
	p.Keypad.check(c)
	tags, err := words.Tags()
	if err != nil {
		c.fault("languages", WhyOther, err)
		return
	}
	seen := map[string]bool{}
	for i, tag := range p.Languages {
		path := fmt.Sprintf("languages.%d", i)
		if seen[tag] {
			c.fault(path, WhyTwice, fmt.Errorf("%w: %s stands twice", ErrSetting, tag))
		}
		seen[tag] = true
		c.oneOf(path, tag, tags...)
	}
	if p.OnlyLanguages && len(p.Languages) == 0 {
		c.fault("languages", WhyMissing, fmt.Errorf("%w: onlyLanguages without a language offers none", ErrSetting))
	}
	if p.Language != "" {
		offered := tags
		if p.OnlyLanguages {
			offered = p.Languages
		}
		c.oneOf("language", p.Language, offered...)
	}
}

func (p *Profile) checkPaper(c *checker) {
	c.text("issuer", p.Issuer, mostURL)
	if p.Issuer != "" && !strings.HasPrefix(p.Issuer, "https://") {
		c.fault("issuer", WhyAddress, ErrIssuer)
	}
	for kind, where := range p.Printers {
		path := "printers." + kind
		if _, ok := reports.ParsePaper(where.Paper); !ok {
			c.fault(path+".paper", WhyChoice, fmt.Errorf("%w: %.40q is no paper", ErrPrinters, where.Paper))
		}
		if kind != "default" && !reports.IsKind(kind) {
			c.fault(path, WhyChoice, fmt.Errorf("%w: there is no report %.40q", ErrPrinters, kind))
		}
		c.text(path+".queue", where.Queue, mostName)
	}
	c.fault("costs", WhyOther, p.Costs.Check())
}

// check looks at what can be known of a server without asking it.
func (s *SyncSettings) check(c *checker) {
	c.text("sync.url", s.URL, mostURL)
	c.text("sync.base", s.Base, mostURL)
	c.oneOf("sync.protocol", s.Protocol, "", "fhir", HL7v2)
	c.oneOf("sync.auth.kind", s.Auth.Kind, "", "bearer", "basic", "smart")
	c.oneOf("sync.metered", s.Metered, "", metered, notMetered)
	c.oneOf("sync.onMetered", s.OnMetered, "", waitMetered)
	for path, n := range map[string]int{"sync.maxEntries": s.MaxEntries, "sync.maxBytes": s.MaxBytes, "sync.bytesPerSecond": s.BytesPerSecond} {
		c.number(path, float64(n), 0, 1<<30)
	}
	c.number("sync.receive.every", float64(s.Receive.Every), 0, 24*60)
	if len(c.found) > 0 {
		return
	}
	config := outbox.Config{URL: s.URL, Operator: fhir.Operator{Base: s.Base}}
	if s.Protocol == HL7v2 {
		config.HL7 = &outbox.HL7{Application: s.HL7.Application, Facility: s.HL7.Facility, Plain: s.HL7.Plain}
	}
	if _, err := outbox.New(nil, config); err != nil {
		path := "sync.url"
		if config.Operator.Base = "urn:any"; s.Base == "" {
			if _, wrong := outbox.New(nil, config); wrong == nil {
				path = "sync.base"
			}
		}
		c.fault(path, WhyAddress, err)
	}
	if s.Protocol == HL7v2 && (s.Receive.People || s.Receive.Orders) {
		c.fault("sync.receive", WhyChoice, fmt.Errorf("%w: nothing can be received by %s", outbox.ErrConfig, HL7v2))
	}
}
