package clinic

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// frame is what stands around every page: the navigation at the leading edge,
// notices about the machine on top, and for a while what was done last.
type frame struct {
	c         *Clinic
	nav       map[desk.Page]*kit.Option
	pages     *kit.Scroll // of the navigation
	notices   *fyne.Container
	toast     *fyne.Container
	keys      *fyne.Container
	board     *kit.Keyboard
	main      *fyne.Container // everything but the navigation
	health    desk.Health
	emergency time.Time
	said      string
	object    fyne.CanvasObject
}

// navWidth is that of the navigation.
const navWidth = 224

func newFrame(c *Clinic, s desk.State) *frame {
	f := &frame{c: c, nav: map[desk.Page]*kit.Option{}, notices: container.NewVBox(), toast: container.New(&toastLayout{c}), keys: container.NewVBox()}
	margin := c.look.Margin()
	body := kit.NewInset(margin+kit.Space8, margin, c.page.content())
	f.main = container.NewBorder(f.notices, f.keys, nil, nil, container.NewStack(body, f.toast))
	f.object = kit.NewRow(c.look, 0, kit.CrossFill, kit.NewSized(navWidth*max(c.look.Text, kit.TextNormal), f.navigation(s)), kit.NewGrow(1, f.main))
	f.update(s)
	return f
}

func (f *frame) content() fyne.CanvasObject { return f.object }

// navigation is the site's name, the pages, and who is signed in.
func (f *frame) navigation(s desk.State) fyne.CanvasObject {
	c := f.c
	rows := []fyne.CanvasObject{
		kit.NewInset(kit.Space16, kit.Space8, kit.NewText(c.look, c.cfg.Site, kit.TextStyle{Size: kit.SizeLead, Bold: true})),
	}
	var pages []fyne.CanvasObject
	for _, p := range places() {
		if !c.desk.MayOpen(p.page) {
			continue
		}
		o := kit.NewOption(c.look, kit.OptionStyle{Icon: p.icon, Label: c.t(p.label), Leading: true, Plain: true},
			func() { c.desk.Go(desk.Route{Page: p.page}) })
		f.nav[p.page] = o
		pages = append(pages, o)
	}
	// With large words on a small screen the pages scroll, and the way out stays.
	f.pages = kit.NewScroll(kit.NewColumn(4, pages...))
	rows = append(rows, kit.NewGrow(1, f.pages))
	quiet := func(icon assets.Picture, label words.Key, tapped func()) fyne.CanvasObject {
		return kit.NewOption(c.look, kit.OptionStyle{Icon: icon, Label: c.t(label), Leading: true, Plain: true}, tapped)
	}
	rows = append(rows,
		quiet(assets.IconContrast, words.FrameDisplay, c.showDisplay),
		kit.NewHairline(c.look),
		kit.NewInset(kit.Space16, kit.Space8, kit.NewColumn(0,
			kit.NewText(c.look, s.Who.Name, kit.TextStyle{Bold: true}),
			kit.NewText(c.look, c.role(s.Who.Role), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))),
		quiet(assets.IconLock, c.coverLabel(), c.desk.Cover),
		quiet(assets.IconSignOut, words.FrameSignOut, c.desk.SignOut))
	ground := canvas.NewRectangle(c.look.Color(kit.ColorSurface))
	edge := kit.NewHairline(c.look)
	side := container.New(&edgeLayout{c.look}, edge)
	return container.NewStack(ground, kit.NewInset(kit.Space16, kit.Space16, kit.NewColumn(4, rows...)), side)
}

// role is what a role is called.
func (c *Clinic) role(r staff.Role) string {
	if !r.Staff() {
		return string(r)
	}
	return c.t(words.RoleName(string(r)))
}

func (f *frame) update(s desk.State) {
	for page, o := range f.nav {
		under := page == desk.PageAdmin && s.Route.Page.Admin() || page == desk.PageToday && s.Route.Page == desk.PageTray
		o.SetSelected(page == s.Route.Page || under)
	}
	if n := s.Today.Counts[desk.Attention] + s.Today.Counts[desk.Waiting]; s.Today.Loaded && f.nav[desk.PageToday] != nil {
		count := ""
		if n > 0 {
			count = fmt.Sprint(n)
		}
		f.nav[desk.PageToday].SetCount(count)
	}
	if f.health != s.Health || f.emergency != s.Emergency {
		f.health, f.emergency = s.Health, s.Emergency
		f.showNotices(s)
	}
	f.showToast(s)
}

// showNotices tells what is wrong with the machine, the worst first, and that
// somebody looks by emergency access alone.
func (f *frame) showNotices(s desk.State) {
	c, h := f.c, s.Health
	f.notices.Objects = nil
	add := func(tone kit.Tone, text string) {
		f.notices.Add(kit.NewInset(c.look.Margin()+kit.Space8, kit.Space8, kit.NewNotice(c.look, tone, text)))
	}
	if !s.Emergency.IsZero() {
		add(kit.ToneWrong, c.t(words.EmergencyOn, words.With("time", c.lang.Time(s.Emergency.In(c.desk.Zone())))))
	}
	if h.Damaged {
		add(kit.ToneWrong, c.t(words.BannerDamaged))
	}
	if h.Free > 0 {
		add(kit.ToneWrong, c.t(words.BannerDisk, words.With("size", size(h.Free))))
	}
	switch {
	case h.Overdue && h.Backup.IsZero():
		add(kit.ToneWatch, c.t(words.BannerNoBackup))
	case h.Overdue:
		add(kit.ToneWatch, c.t(words.BannerBackup, words.With("date", c.lang.Date(h.Backup.In(c.desk.Zone())))))
	}
	left := words.With("value", c.lang.Quantity(fmt.Sprint(h.Battery), "%"))
	switch {
	case h.Closing:
		add(kit.ToneWrong, c.t(words.BannerEmpty, left))
	case h.NoCuff:
		add(kit.ToneWrong, c.t(words.BannerNoCuff, left))
	case h.Battery > 0:
		add(kit.ToneWatch, c.t(words.BannerBattery, left))
	}
	if h.Clock != 0 {
		add(kit.ToneWatch, c.t(words.BannerClock, words.With("time", c.lang.Duration(h.Clock.Abs().Round(time.Minute)))))
	}
	if h.Simulated {
		add(kit.ToneWatch, c.t(words.BannerSimulated))
	}
	f.main.Refresh()
}

// size writes a number of bytes in the unit that people know of disks.
func size(bytes uint64) string {
	const mega = 1 << 20
	if bytes < mega {
		return fmt.Sprintf("%d KB", bytes>>10)
	}
	if bytes < 1000*mega {
		return fmt.Sprintf("%d MB", bytes/mega)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/(1<<30))
}

// showToast shows what was done last, and how to take it back.
func (f *frame) showToast(s desk.State) {
	c := f.c
	text, tone := c.message(s.Said.Message), kit.ToneDone
	var actions []fyne.CanvasObject
	switch {
	case text != "":
		if s.Said.Bad {
			tone = kit.ToneWrong
		}
		if s.Said.Undo {
			actions = append(actions, kit.NewButton(c.look, c.t(words.FrameUndo), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconUndo}, c.desk.Undo))
		}
		actions = append(actions, kit.NewButton(c.look, "", kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconClose}, c.desk.Dismiss))
	default:
		if left := s.Covers.Sub(c.desk.Now()); left > 0 && left <= coverWarning {
			text, tone = c.t(words.FrameCoversSoon, words.With("time", c.lang.Countdown(left))), kit.ToneWatch
		}
	}
	key := fmt.Sprint(text, tone, s.Said.Undo)
	if key == f.said {
		return
	}
	f.said = key
	f.toast.Objects = nil
	if text != "" {
		f.toast.Objects = []fyne.CanvasObject{kit.NewNotice(c.look, tone, text).Above(actions...)}
	}
	f.toast.Refresh()
}

// coverWarning is how long before the screen covers itself that is said.
const coverWarning = 20 * time.Second

// toastWidth is narrow enough to cover no button of a page.
const toastWidth = 332

// toastLayout puts the message into the lower trailing corner.
type toastLayout struct{ c *Clinic }

func (l *toastLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		w := min(toastWidth, size.Width-2*kit.Space16)
		h := kit.HeightFor(o, w)
		x := size.Width - w - kit.Space16
		if l.c.look.Dir == kit.RTL {
			x = kit.Space16
		}
		o.Move(fyne.NewPos(x, size.Height-h-kit.Space16))
		o.Resize(fyne.NewSize(w, h))
	}
}

func (l *toastLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// edgeLayout puts a hairline at the trailing edge.
type edgeLayout struct{ look kit.Look }

func (l *edgeLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := size.Width - 1
	if l.look.Dir == kit.RTL {
		x = 0
	}
	for _, o := range objects {
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(1, size.Height))
	}
}

func (l *edgeLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
