package kiosk

import (
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/phone"
	"aidpost/ui/kit"
)

// who asks who is here: nobody in particular, whoever has a card, or somebody with
// a phone number or a name and a birth date. What is typed stays while a mistake is
// mended.
type who struct {
	typing
	given   *kit.Entry
	family  *kit.Entry
	phone   *kit.Entry
	card    *kit.Entry
	born    *kit.DateEntry
	date    struct{ year, month, day int }
	byPhone bool // the birth date is that to a phone number
	asks    bool // the ways to start are shown
}

func newWho(k *Kiosk, s visit.State) screen {
	w := &who{typing: newTyping(k)}
	w.given = w.entry(words.WhoGivenName)
	w.family = w.entry(words.WhoFamilyName)
	dialling := w.look
	dialling.Dir = kit.LTR // the groups of a number are never turned round
	w.phone = kit.NewEntry(dialling, kit.EntryStyle{Placeholder: k.t(words.WhoPhoneNumber), Limit: 24, Accept: dialled})
	w.phone.OnChanged = func(string) { w.touched() }
	w.phone.OnSubmitted = func(string) { w.phoneTyped() }
	w.card = kit.NewEntry(w.look, kit.EntryStyle{Placeholder: k.t(words.WhoCardNumber), Limit: 64})
	w.card.OnChanged = func(string) { w.touched() }
	w.card.OnSubmitted = func(string) { w.submitCard() }
	w.born = kit.NewDateEntry(w.look, w.order(), w.orderNames())
	w.born.OnChanged = func(year, month, day int, complete bool) {
		w.date.year, w.date.month, w.date.day = year, month, day
		w.touched()
	}
	w.born.OnSubmitted = w.submit
	w.showChoices()
	return w
}

func (w *who) entry(name words.Key) *kit.Entry {
	e := kit.NewEntry(w.look, kit.EntryStyle{Limit: 100, Name: w.k.t(name)})
	e.OnChanged = func(string) { w.touched() }
	return e
}

// touched takes back a complaint as soon as something is mended.
func (w *who) touched() {
	w.k.visit.Touch()
	w.k.say(w.problem, "")
	w.born.SetBad(false)
}

func (w *who) update(s visit.State) {
	keys := map[visit.WhoError]words.Key{
		visit.WhoNameMissing: words.WhoErrorNameEmpty, visit.WhoDateImpossible: words.WhoErrorDateImpossible,
		visit.WhoDateFuture: words.WhoErrorDateFuture, visit.WhoCardUnreadable: words.WhoErrorCard, visit.WhoStore: words.WhoErrorLookup,
		visit.WhoPhoneOdd: words.WhoErrorPhone,
	}
	switch s.WhoError {
	case visit.WhoOK:
		return
	case visit.WhoNameTooLong:
		w.k.say(w.problem, w.k.lang.N(words.WhoErrorLong, visit.MaxName))
	case visit.WhoPINWait:
		w.k.say(w.problem, w.k.waitWords(s))
	case visit.WhoDateTooOld:
		w.k.say(w.problem, w.k.t(words.WhoErrorDateOld, words.With("n", visit.MaxAge)))
	default:
		w.k.say(w.problem, w.k.t(keys[s.WhoError]))
	}
	if s.WhoError == visit.WhoNameMissing || s.WhoError == visit.WhoNameTooLong {
		w.showName()
		return
	}
	switch s.WhoError {
	case visit.WhoDateImpossible, visit.WhoDateFuture, visit.WhoDateTooOld:
		w.born.SetBad(true)
	case visit.WhoPhoneOdd:
		w.showPhone()
	}
}

// showChoices offers the ways to start. That which keeps nothing comes first and
// has the most room; beside it stand those by which results are kept.
func (w *who) showChoices() {
	k := w.k
	w.asks = true
	listed := k.look.Class == kit.Portrait || k.large()
	tile := func(icon assets.Picture, title, note words.Key, wide bool, tapped func()) fyne.CanvasObject {
		style := kit.TileStyle{Picture: icon, Title: k.t(title), Note: k.t(note), PictureSize: k.pictureSize(), Wide: wide}
		if wide {
			style.PictureSize = max(k.pictureSize()/2, 48)
		}
		if k.look.Class == kit.Compact && (wide || k.look.Text > kit.TextNormal) {
			style.Note = ""
		}
		return kit.NewTile(k.look, style, tapped)
	}
	guest := tile(panelIcon(""), words.WhoGuest, words.WhoGuestHint, listed, k.do(k.visit.Guest))
	kept := []fyne.CanvasObject{
		tile(assets.IconCard, words.WhoCard, words.WhoCardHint, true, func() { k.visit.Touch(); w.showCard() }),
		tile(assets.IconPhone, words.WhoPhone, words.WhoPhoneHint, true, func() { k.visit.Touch(); w.showPhone() }),
		tile(assets.IconPerson, words.WhoPerson, words.WhoPersonHint, true, func() { k.visit.Touch(); w.showName() }),
	}
	head := kit.NewColumn(kit.Space8, k.text(k.t(words.WhoTitle), kit.SizeQuestion, true), k.quiet(k.t(words.WhoHelping), kit.SizeBody))
	back := kit.NewRow(k.look, 0, kit.CrossCenter, k.quietButton(words.CommonBack, k.do(k.visit.Back)))
	for i, t := range kept {
		kept[i] = kit.NewGrow(1, t)
	}
	switch {
	case k.look.Class == kit.Portrait: // lower, in reach from a chair
		rows := append([]fyne.CanvasObject{head, kit.NewGrow(0.8, kit.NewColumn(0)), kit.NewGrow(1, guest)}, kept...)
		w.show(kit.NewColumn(kit.Space32, k.reading(kit.NewColumn(kit.Space32, rows...)), back))
	case k.large():
		w.show(kit.NewColumn(kit.Space16, k.reading(kit.NewColumn(kit.Space16, append([]fyne.CanvasObject{head, guest}, kept...)...)), back))
	default:
		gap := float32(kit.Space16)
		if k.look.Class == kit.Compact { // all of it without a drag
			gap = kit.Space8
			head = kit.NewColumn(0, kit.NewRow(k.look, kit.Space16, kit.CrossCenter, back,
				kit.NewGrow(1, kit.NewColumn(0, k.text(k.t(words.WhoTitle), kit.SizeTitle, true), k.quiet(k.t(words.WhoHelping), kit.SizeCaption)))))
		}
		ways := kit.NewRow(k.look, kit.Space24, kit.CrossFill, kit.NewGrow(1, guest), kit.NewGrow(1, kit.NewColumn(gap, kept...)))
		rows := []fyne.CanvasObject{k.reading(kit.NewColumn(gap, head, kit.NewGrow(1, ways)))}
		if k.look.Class != kit.Compact {
			rows = append(rows, back)
		}
		w.show(kit.NewColumn(k.gap(), rows...))
	}
}

// typed takes a card from a scanner that types while the ways to start are shown.
func (w *who) typed(r rune) {
	if w.asks && r > ' ' {
		w.showCard()
		w.card.TypedRune(r)
	}
}

// showName takes given and family name on our own keyboard.
func (w *who) showName() {
	k := w.k
	w.asks, w.byPhone, w.shows = false, false, assets.Picture{}
	serving := w.given
	var keyboard *kit.Keyboard
	next := func() {
		switch {
		case serving == w.given && w.family.Text() == "":
			serving = w.family
			keyboard.Serve(serving)
			k.focus(serving)
		case w.given.Text() == "" && w.family.Text() == "":
			w.k.say(w.problem, k.t(words.WhoErrorNameEmpty))
		default:
			w.showBirthDate()
		}
	}
	layout := kit.KeyLayoutFor(k.lang.Tag())
	if k.look.Class != kit.Portrait {
		layout = layout.Letters()
	}
	keyboard = kit.NewKeyboard(w.look, layout, k.keyWords(words.CommonNext), next)
	field := func(label words.Key, e *kit.Entry) fyne.CanvasObject {
		e.OnFocused = func() {
			if serving != e {
				serving = e
				keyboard.Serve(e)
			}
		}
		size, gap := kit.SizeBody, kit.Space8
		if k.look.Class == kit.Compact { // the keys need the height
			size, gap = kit.SizeCaption, 0
		}
		return kit.NewGrow(1, kit.NewColumn(gap, k.quiet(k.t(label), size), e))
	}
	fields := kit.NewRow(k.look, kit.Space24, kit.CrossTop, field(words.WhoGivenName, w.given), field(words.WhoFamilyName, w.family))
	w.form(k.t(words.WhoDetailsTitle), k.t(words.WhoDetailsWhy), fields, keyboard, false, w.showChoices)
	keyboard.Serve(serving)
	k.focus(serving)
}

// showBirthDate takes the birth date on a number pad.
func (w *who) showBirthDate() {
	k := w.k
	w.shows = assets.Picture{}
	pad := kit.NewKeypad(w.look, k.keyWords(words.CommonNext), w.submit)
	date := kit.NewColumn(kit.Space8, k.quiet(k.t(words.WhoBirthDate), kit.SizeBody), w.born)
	back := w.showName
	if w.byPhone {
		back = w.showPhone
	}
	w.form(k.t(words.WhoBirthDate), k.t(words.WhoDetailsWhy), date, pad, true, back)
	pad.Serve(w.born)
	k.focus(w.born)
}

func (w *who) submit() {
	if w.date.year == 0 || w.date.month == 0 || w.date.day == 0 {
		w.k.say(w.problem, w.k.t(words.WhoErrorDateIncomplete))
		return
	}
	if w.byPhone {
		_ = w.k.visit.Phone(w.phone.Text(), w.date.year, w.date.month, w.date.day)
		return
	}
	_ = w.k.visit.Identify(w.given.Text(), w.family.Text(), w.date.year, w.date.month, w.date.day)
}

// showPhone takes a phone number on a pad that has a plus.
func (w *who) showPhone() {
	k := w.k
	w.asks, w.byPhone, w.shows = false, true, assets.DrawingPhone
	pad := kit.NewPhonePad(w.look, k.keyWords(words.CommonNext), w.phoneTyped)
	number := kit.NewColumn(kit.Space8, k.quiet(k.t(words.WhoDetailsWhy), kit.SizeBody), w.phone)
	w.form(k.t(words.WhoPhoneTitle), k.t(words.WhoPhoneHow), number, pad, true, w.showChoices)
	pad.Serve(w.phone)
	k.focus(w.phone)
}

// dialled reports whether people write something into a phone number.
func dialled(r rune) bool { return r >= '0' && r <= '9' || strings.ContainsRune("+ -()./", r) }

func (w *who) phoneTyped() {
	if !phone.Plausible(w.phone.Text()) {
		w.k.say(w.problem, w.k.t(words.WhoErrorPhone))
		return
	}
	w.showBirthDate()
}

// showCard takes a card's number, typed or from a scanner that types.
func (w *who) showCard() {
	k := w.k
	w.asks, w.shows = false, assets.DrawingCardScan
	pad := kit.NewKeypad(w.look, k.keyWords(words.CommonNext), w.submitCard)
	w.form(k.t(words.WhoCardTitle), k.t(words.WhoCardScan), w.card, pad, true, w.showChoices)
	pad.Serve(w.card)
	k.focus(w.card)
}

func (w *who) submitCard() { _ = w.k.visit.Card(w.card.Text()) }

// order is the order of the birth date's parts in the language.
func (w *who) order() [3]kit.DatePart {
	switch w.k.lang.DateOrder() {
	case words.MDY:
		return [3]kit.DatePart{kit.Month, kit.Day, kit.Year}
	case words.YMD:
		return [3]kit.DatePart{kit.Year, kit.Month, kit.Day}
	}
	return [3]kit.DatePart{kit.Day, kit.Month, kit.Year}
}

func (w *who) orderNames() [3]string {
	names := map[kit.DatePart]words.Key{kit.Day: words.WhoDay, kit.Month: words.WhoMonth, kit.Year: words.WhoYear}
	var out [3]string
	for i, p := range w.order() {
		out[i] = w.k.t(names[p])
	}
	return out
}
