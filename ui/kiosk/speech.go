package kiosk

import (
	"cmp"
	"strings"
	"time"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// A Voice reads aloud. Its methods return at once.
type Voice interface {
	// Say stops what is being said and says a text in a language, with a volume
	// from 0 to 100.
	Say(language string, volume int, text string)
	// Then says a text after what is being said.
	Then(language string, volume int, text string)
	// Stop is silent at once.
	Stop()
	// Speaks reports whether there is a voice for a language, for all that is known.
	Speaks(language string) bool
}

// speech is what the person wants to hear.
type speech struct {
	follow bool // every screen is read when it comes
	volume int  // 0 to 100; 0 is usualVolume
}

const (
	usualVolume = 60
	volumeStep  = 20
)

// showSpeech opens the dialog behind the loudspeaker.
func (o *overlay) showSpeech(k *Kiosk) {
	k.visit.Touch()
	k.hush()
	pick := func(key words.Key, icon assets.Picture, fn func()) *kit.Button {
		return k.secondary(key, icon, k.closing(fn))
	}
	body := kit.NewColumn(kit.Space16,
		k.text(k.t(words.SpeakTitle), kit.SizeTitle, true), k.quiet(k.t(words.SpeakHint), kit.SizeLead),
		kit.NewButton(k.look, k.t(words.SpeakThis), kit.ButtonStyle{Icon: assets.IconSpeaker}, k.closing(k.speakScreen)),
		pick(words.SpeakFollow, assets.IconPlay, func() { k.setFollow(true) }),
		k.sideBySide(
			pick(words.SpeakQuieter, assets.IconQuieter, func() { k.setVolume(-volumeStep) }),
			pick(words.SpeakLouder, assets.IconLouder, func() { k.setVolume(volumeStep) })))
	if k.speech.follow {
		body = kit.NewColumn(kit.Space16, body, pick(words.SpeakOff, assets.IconPause, func() { k.setFollow(false) }))
	}
	o.show(k, body, k.quietButton(words.CommonClose, k.closing(nil)))
	o.public = true
	if !k.keys.on { // whoever touches the loudspeaker wants it silent
		k.ear.heard[o.dialog] = known(k.told(k.visit.State(), false), time.Now())
	}
}

// setVolume changes the volume and lets the person hear it.
func (k *Kiosk) setVolume(by int) {
	k.speech.volume = min(max(k.volume()+by, volumeStep), 100)
	k.sayAloud(k.t(words.SpeakTitle))
}

// speaks reports whether anything can be read aloud in the language on the screen: where
// it cannot, no loudspeaker offers it, and all that would be said stands there anyway.
func (k *Kiosk) speaks() bool {
	return k.cfg.Voice != nil && !k.cfg.Silent && k.cfg.Voice.Speaks(k.lang.Tag())
}

func (k *Kiosk) volume() int {
	return cmp.Or(k.speech.volume, k.cfg.Volume, usualVolume)
}

func (k *Kiosk) sayAloud(text string) { k.sayIn(k.lang, text) }

// sayIn says a text in a language that need not be the screen's.
func (k *Kiosk) sayIn(l words.Lang, text string) {
	if k.speaks() {
		k.cfg.Voice.Say(l.Tag(), k.volume(), text)
	}
}

// sayThen says a text after what is being said.
func (k *Kiosk) sayThen(text string) { k.sayThenIn(k.lang, text) }

func (k *Kiosk) sayThenIn(l words.Lang, text string) {
	if k.speaks() {
		k.cfg.Voice.Then(l.Tag(), k.volume(), text)
	}
}

// hush is silent, whoever reads.
func (k *Kiosk) hush() {
	if k.cfg.Voice != nil {
		k.cfg.Voice.Stop()
	}
}

// speakScreen reads what stands on the screen now, because the person asked for
// it: a result, too.
func (k *Kiosk) speakScreen() {
	s := k.visit.State()
	if n := len(s.Results); n > 0 && s.Step == visit.Result {
		k.sayAloud(k.spokenResult(s.Results[n-1]))
		return
	}
	k.sayAloud(sentences(k.told(s, true)...))
}

// sentences joins texts so that the voice pauses between them.
func sentences(texts ...string) string {
	var b strings.Builder
	for _, t := range texts {
		if t = strings.TrimSpace(t); t == "" {
			continue
		}
		b.WriteString(t)
		if !strings.HasSuffix(t, ".") && !strings.HasSuffix(t, "?") && !strings.HasSuffix(t, "؟") && !strings.HasSuffix(t, ":") {
			b.WriteByte('.')
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

// spokenResult says a result with its units in words, and what it means.
func (k *Kiosk) spokenResult(res visit.PanelResult) string {
	texts := []string{k.panelName(res.Panel)}
	number := func(m vitals.Measure) string {
		q, _ := res.Values.Get(m)
		return k.limit(q.Comparator, k.lang.Number(q.Value.String()))
	}
	main := res.Panel.Main()
	q, _ := res.Values.Get(main[0])
	if len(main) == 2 {
		both := k.t(words.UnitsBPSpoken, words.With("top", number(main[0])), words.With("bottom", number(main[1])))
		texts = append(texts, both+" "+k.unitName(q.Unit))
	} else {
		texts = append(texts, number(main[0])+" "+k.unitName(q.Unit))
	}
	for _, part := range k.meaning(res) {
		texts = append(texts, kit.Spoken(part)...)
	}
	return sentences(texts...)
}

// limit is how a number is said that an instrument shows as HI or LO: engines pass over
// the signs.
func (k *Kiosk) limit(c vitals.Comparator, number string) string {
	switch c {
	case vitals.Below:
		return k.t(words.UnitsBelowSpoken, words.With("value", number))
	case vitals.Above:
		return k.t(words.UnitsAboveSpoken, words.With("value", number))
	}
	return number
}

// unitName is how a unit is said.
func (k *Kiosk) unitName(u vitals.Unit) string {
	names := map[vitals.Unit]words.Key{
		vitals.MmHg: words.UnitsMMHg, vitals.MgPerDL: words.UnitsMgDL,
		vitals.MmolPerL: words.UnitsMmolL, vitals.Percent: words.UnitsPercent, vitals.PerMinute: words.UnitsPerMinute,
	}
	if key, ok := names[u]; ok {
		return k.t(key)
	}
	return u.Symbol()
}
