package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// who asks who is here: nobody in particular, a name with a birth date, or a
// card. What is typed stays while a mistake is mended.
type who struct {
	typing
	given  *kit.Entry
	family *kit.Entry
	card   *kit.Entry
	born   *kit.DateEntry
	date   struct{ year, month, day int }
}

func newWho(k *Kiosk, s visit.State) screen {
	w := &who{typing: newTyping(k)}
	w.given = w.entry()
	w.family = w.entry()
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

func (w *who) entry() *kit.Entry {
	e := kit.NewEntry(w.look, kit.EntryStyle{Limit: 100})
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
	}
	switch s.WhoError {
	case visit.WhoOK:
		return
	case visit.WhoNameTooLong:
		w.k.say(w.problem, w.k.lang.N(words.WhoErrorLong, visit.MaxName))
	case visit.WhoDateTooOld:
		w.k.say(w.problem, w.k.t(words.WhoErrorDateOld, words.With("n", visit.MaxAge)))
	default:
		w.k.say(w.problem, w.k.t(keys[s.WhoError]))
	}
	if s.WhoError == visit.WhoNameMissing || s.WhoError == visit.WhoNameTooLong {
		w.showName()
		return
	}
	w.born.SetBad(s.WhoError != visit.WhoStore && s.WhoError != visit.WhoCardUnreadable)
}

// showChoices offers the three ways to start; the guest's comes first.
func (w *who) showChoices() {
	k := w.k
	tile := func(icon assets.Picture, title, note words.Key, tapped func()) fyne.CanvasObject {
		says := k.t(note)
		if k.look.Class == kit.Compact && k.look.Text > kit.TextNormal {
			says = ""
		}
		return kit.NewTile(k.look, kit.TileStyle{Picture: icon, Title: k.t(title), Note: says, PictureSize: k.pictureSize(), Wide: k.look.Class == kit.Portrait || k.large()}, tapped)
	}
	tiles := []fyne.CanvasObject{
		tile(panelIcon(""), words.WhoGuest, words.WhoGuestHint, k.do(k.visit.Guest)),
		tile(assets.IconPerson, words.WhoPerson, words.WhoPersonHint, func() { k.visit.Touch(); w.showName() }),
		tile(assets.IconCard, words.WhoCard, words.WhoCardHint, func() { k.visit.Touch(); w.showCard() }),
	}
	title := k.text(k.t(words.WhoTitle), kit.SizeQuestion, true)
	back := k.quietButton(words.CommonBack, k.do(k.visit.Back))
	if k.look.Class == kit.Portrait {
		rows := []fyne.CanvasObject{title, kit.NewSpacer()}
		for _, t := range tiles {
			rows = append(rows, kit.NewGrow(0.6, t))
		}
		w.show(kit.NewColumn(kit.Space32, k.reading(kit.NewColumn(kit.Space32, rows...)), back))
		return
	}
	w.show(kit.NewColumn(k.gap(), k.reading(kit.NewColumn(k.gap(), title, kit.NewGrow(1, k.choices(tiles...)))), kit.NewRow(k.look, 0, kit.CrossCenter, back)))
}

// showName takes given and family name on our own keyboard.
func (w *who) showName() {
	k := w.k
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
		return kit.NewGrow(1, kit.NewColumn(kit.Space8, k.quiet(k.t(label), kit.SizeBody), e))
	}
	fields := kit.NewRow(k.look, kit.Space24, kit.CrossTop, field(words.WhoGivenName, w.given), field(words.WhoFamilyName, w.family))
	w.form(k.t(words.WhoDetailsTitle), k.t(words.WhoDetailsWhy), fields, keyboard, false, w.showChoices)
	keyboard.Serve(serving)
	k.focus(serving)
}

// showBirthDate takes the birth date on a number pad.
func (w *who) showBirthDate() {
	k := w.k
	pad := kit.NewKeypad(w.look, k.keyWords(words.CommonNext), w.submit)
	date := kit.NewColumn(kit.Space8, k.quiet(k.t(words.WhoBirthDate), kit.SizeBody), w.born)
	w.form(k.t(words.WhoBirthDate), k.t(words.WhoDetailsWhy), date, pad, true, w.showName)
	pad.Serve(w.born)
	k.focus(w.born)
}

func (w *who) submit() {
	if w.date.year == 0 || w.date.month == 0 || w.date.day == 0 {
		w.k.say(w.problem, w.k.t(words.WhoErrorDateIncomplete))
		return
	}
	_ = w.k.visit.Identify(w.given.Text(), w.family.Text(), w.date.year, w.date.month, w.date.day)
}

// showCard takes a card's number, typed or from a scanner that types.
func (w *who) showCard() {
	k := w.k
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

// newConsent asks what may be done, in layers.
func newConsent(k *Kiosk, s visit.State) screen {
	item := func(icon assets.Picture, title, more words.Key) fyne.CanvasObject {
		return kit.NewRow(k.look, kit.Space24, kit.CrossTop,
			kit.NewIcon(k.look, icon, 48, kit.ColorAction),
			kit.NewGrow(1, kit.NewColumn(kit.Space8, k.text(k.t(title), kit.SizeLead, true), k.quiet(k.t(more), kit.SizeBody))))
	}
	items := []fyne.CanvasObject{item(assets.IconCheck, words.ConsentMeasure, words.ConsentMeasureMore)}
	if !s.Guest {
		items = append(items, item(assets.IconPerson, words.ConsentKeep, words.ConsentKeepMore))
	}
	items = append(items, item(assets.IconPrint, words.ConsentPrint, words.ConsentPrintMore))
	share := false
	title := k.t(words.ConsentTitle)
	if s.Returning && s.Name != "" {
		title = k.t(words.WhoWelcomeBack, words.With("name", s.Name))
	}
	agree := kit.NewButton(k.look, k.t(words.ConsentAgree), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true},
		k.do(func() error { return k.visit.Agree(!s.Guest, share) }))
	actions := []fyne.CanvasObject{agree}
	if !s.Guest {
		actions = append(actions, k.secondary(words.ConsentDecline, assets.Picture{}, k.do(func() error { return k.visit.Agree(false, false) })))
	}
	actions = append(actions, k.quietButton(words.CommonBack, k.do(k.visit.Back)))
	place := words.With("place", k.cfg.Site.Name)
	more := []fyne.CanvasObject{}
	if !s.Guest && k.cfg.Shares { // it stands below, in reach
		more = append(more,
			kit.NewCheck(k.look, k.t(words.ConsentShare), false, func(on bool) { share = on; k.visit.Touch() }),
			k.quiet(k.t(words.ConsentShareMore, words.With("place", k.cfg.Site.Name)), kit.SizeBody))
	}
	if !s.Guest {
		more = append(more, k.quiet(k.t(words.ConsentWhoSees, place), kit.SizeBody), k.quiet(k.t(words.ConsentErase, place), kit.SizeBody))
	}
	more = append(more, k.quiet(k.t(words.ConsentEmergency), kit.SizeBody))
	return still{k.lay(page{
		title: title, lead: k.t(words.ConsentLead), more: more,
		thing: kit.NewCard(k.look, kit.Space32, kit.NewColumn(kit.Space32, items...)), tall: true,
		actions: actions,
	})}
}
