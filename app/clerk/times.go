package clerk

import (
	"time"

	"aidpost/app/timing"
	"aidpost/assets/words"
	"aidpost/reports"
)

// What half of those who wait should wait at most, in a queue of many.
const (
	goalRegister = 60 * time.Second
	goalReturn   = 10 * time.Second
)

// times puts what this computer has counted of a period into the words of a report.
func (c *Clerk) times(o Order, lang words.Lang) (reports.Times, error) {
	if c.Times == nil {
		return reports.Times{}, nil
	}
	f, err := c.Times(o.Since, o.Until)
	if err != nil {
		return reports.Times{}, err
	}
	var all reports.Times
	add := func(to *[]reports.Took, what string, goal time.Duration, fits func(timing.Key) bool) {
		if t := f.Sum(fits); t.N()+t.Left > 0 {
			*to = append(*to, reports.Took{What: what, Goal: goal, N: t.N(), Half: t.Median(), Nine: t.P90(), Left: t.Left})
		}
	}
	of := func(k timing.Kind) func(timing.Key) bool { return func(key timing.Key) bool { return key.Kind == k } }
	add(&all.Ways, lang.T(words.TimesRegister), goalRegister, of(timing.Register))
	add(&all.Ways, lang.T(words.TimesReturn), goalReturn, of(timing.Return))
	add(&all.Ways, lang.T(words.TimesHelp), 0, of(timing.Help))
	add(&all.Ways, lang.T(words.TimesVisit), 0, of(timing.Visit))
	for _, k := range f.Keys() {
		if k.Kind == timing.Visit {
			add(&all.Visits, c.Words.Lang(k.Lang).Name()+", "+lang.T(words.TimesMode(k.Mode)), 0, func(key timing.Key) bool { return key == k })
		}
	}
	for _, screen := range words.TimedScreens() {
		add(&all.Screens, lang.T(words.TimesScreen(screen)), 0, func(k timing.Key) bool { return k.Kind == timing.Screen && k.Of == screen })
	}
	for _, page := range words.TimedPages() {
		add(&all.Pages, lang.T(words.TimesPage(page)), 0, func(k timing.Key) bool { return k.Kind == timing.Page && k.Of == page })
	}
	return all, nil
}
