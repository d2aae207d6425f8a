package desk

import (
	"log/slog"
	"testing"
	"time"

	"aidpost/app/timing"
)

// A morning at the desk by the clock of the test: how long it took to write people
// down and to find them comes out as it was.
func TestTheDeskTimesItself(t *testing.T) {
	s := working(t)
	book := timing.Open(t.TempDir(), zone, s.now, slog.New(slog.DiscardHandler))
	s.cfg.Times = timing.NewDesk(book, s.now)
	wait := func(seconds int) {
		s.Used() // the screen does not cover itself
		s.after(time.Duration(seconds) * time.Second)
	}
	write := func(given string, seconds int) {
		s.Go(Route{Page: PageRegister})
		wait(2) // they say hello
		s.Edit(func(d *Draft) { d.Given, d.Family, d.Keep = given, "Test", true })
		wait(seconds - 2)
		s.Save()
		s.Wait()
	}
	for i, given := range []string{"Ada", "Bela", "Cem", "Dora", "Emil"} {
		write(given, []int{40, 52, 31, 95, 47}[i])
	}
	s.Go(Route{Page: PageRegister})
	s.Edit(func(d *Draft) { d.Given = "Nobody" })
	wait(9)
	s.Home() // they go away again
	find := func(text string, seconds int) {
		s.Go(Route{Page: PageFind})
		wait(30) // nothing is typed yet
		s.Search(text[:1])
		wait(1)
		s.Search(text)
		s.Wait()
		wait(seconds - 1)
		s.Open(s.State().Find.Rows[0])
		s.Wait()
		s.Search("")
	}
	for i, name := range []string{"Ada", "Cem", "Emil"} {
		find(name, []int{7, 4, 12}[i])
	}
	s.Search("Ada") // a card that is scanned on any page
	s.Go(Route{Page: PageFind})
	s.Wait()
	wait(2)
	s.Open(s.State().Find.Rows[0])
	s.Go(Route{Page: PageFind})
	s.Search("Bela")
	wait(40)
	s.Home() // it was not they
	f, err := book.Figures(opening, opening.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	is := func(kind timing.Kind) timing.Times { return f.Sum(func(k timing.Key) bool { return k.Kind == kind }) }
	if got := is(timing.Register); got.N() != 5 || got.Median() != 47*time.Second || got.P90() != 95*time.Second || got.Left != 1 {
		t.Errorf("writing down: %d times, half %s, nine of ten %s, left %d", got.N(), got.Median(), got.P90(), got.Left)
	}
	if got := is(timing.Return); got.N() != 4 || got.Median() != 4*time.Second || got.P90() != 12*time.Second {
		t.Errorf("finding: %d times, half %s, nine of ten %s", got.N(), got.Median(), got.P90())
	}
	if got := f[timing.Key{Kind: timing.Page, Of: string(PageRegister)}]; got.N() != 6 {
		t.Errorf("the page for new people was open %d times", got.N())
	}
}
