package people

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// crowd is an index with people of several scripts; their rows are their places
// from 1.
func crowd() (*Index, []Person) {
	all := []Person{
		{Given: "Ada", Family: "Lovelace", Year: 1915, Month: 12, Day: 10, Numbers: []string{"AL 1815"}},
		{Given: "Adalbert", Family: "Stifter", Year: 1905, Month: 10, Day: 23, Numbers: []string{"+43 (1) 555-0199"}},
		{Given: "José María", Family: "García-Ñuñez", Year: 1956, Month: 4, Day: 30},
		{Given: "Łukasz", Family: "Żółć", Year: 1980, Month: 1, Day: 2},
		{Given: "Søren", Family: "Straße", Year: 1981, Month: 2, Day: 3},
		{Given: "Алёна", Family: "Иванова", Year: 1990, Month: 5, Day: 6},
		{Given: "محمّد", Family: "العلى", Year: 1970, Month: 7, Day: 8},
		{Given: "さくら", Family: "山田", Year: 2001, Month: 9, Day: 10},
		{Given: "Ελένη", Family: "Παπαδοπούλου", Year: 1966, Month: 3, Day: 4},
		{Given: "Siobhán", Family: "O'Brien", Year: 1977, Month: 11, Day: 12},
		{Family: "Ng"},
	}
	x := &Index{}
	for i := range all {
		all[i].Row = int64(i + 1)
		x.Put(all[i])
	}
	return x, all
}

func TestFind(t *testing.T) {
	x, _ := crowd()
	for text, want := range map[string][]int64{
		"ada": {1, 2}, "ADA love": {1}, "lovelace ada": {1}, "ADÁ": {1, 2}, "  ": nil, "": nil,
		"lace":     {1}, // inside of a word
		"ada lace": {1},
		"ada zzz":  nil,
		"jose":     {3}, "maria garcia": {3}, "nunez": {3}, "garcia-nunez": {3},
		"lukasz": {4}, "zolc": {4}, "soren": {5}, "strasse": {5},
		"алена": {6}, "ИВАН": {6},
		"محمد": {7}, "العلي": {7}, "العلی": {7},
		"山田": {8}, "サクラ": {8}, "田": {8},
		"ελενη": {9}, "ΠΑΠΑΔ": {9},
		"obrien": {10}, "o'brien": {10}, "siobhan o": {10},
		"ng":         {11},
		"1915-12-10": {1}, "ada 1905": {2}, "1990": {6}, "ada 1990": nil, "lovelace 1915-12-11": nil,
		"al1815": {1}, "AL-1815": {1}, "al181": nil, "1815": nil,
		"+4315550199": {2}, "ada al1815": {1}, "stifter al1815": nil,
	} {
		if got := x.Find(text, 10); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if got := x.Find("a", 2); len(got) != 2 {
		t.Errorf("limited to 2: %v", got)
	}
}

// TestFindTheBest: of many, the same are found as by sorting all of them.
func TestFindTheBest(t *testing.T) {
	x := many(3000)
	for _, text := range []string{"ma", "ben", "a", "garcia", "1950", "lo an"} {
		all := x.Find(text, 3000)
		for _, limit := range []int{1, 2, 7, 50, 2999} {
			if got := x.Find(text, limit); !slices.Equal(got, all[:min(limit, len(all))]) {
				t.Errorf("%q, the best %d of %d: %v", text, limit, len(all), got)
			}
		}
	}
}

func TestFindKeepsStep(t *testing.T) {
	x, all := crowd()
	changed := all[0]
	changed.Family = "Byron"
	x.Put(changed)
	if got := x.Find("lovelace", 10); len(got) != 0 {
		t.Errorf("by the old name: %v", got)
	}
	if got := x.Find("byron", 10); !slices.Equal(got, []int64{1}) || x.Len() != len(all) {
		t.Errorf("by the new name: %v of %d", got, x.Len())
	}
}

func TestAlike(t *testing.T) {
	x, _ := crowd()
	for _, tt := range []struct {
		name string
		p    Person
		want string
	}{
		{"the same", Person{Given: "ADA", Family: "Lovelace", Year: 1915, Month: 12, Day: 10}, "1 same-name-and-birth"},
		{"itself", Person{Row: 1, Given: "Ada", Family: "Lovelace", Year: 1915, Month: 12, Day: 10}, ""},
		{"a slip", Person{Given: "Ada", Family: "Lovelcae", Year: 1915, Month: 12, Day: 10}, "1 near-name"},
		{"two slips", Person{Given: "Ada", Family: "Lovelcaes", Year: 1915, Month: 12, Day: 10}, "1 near-name"},
		{"exchanged names", Person{Given: "Lovelace", Family: "Ada", Year: 1915, Month: 12, Day: 10}, "1 near-name"},
		{"one name of two", Person{Given: "Jose", Family: "Garcia Nunez", Year: 1956, Month: 4, Day: 30}, "3 near-name"},
		{"another sister", Person{Given: "Eve", Family: "Lovelace", Year: 1915, Month: 12, Day: 10}, ""},
		{"month and day exchanged", Person{Given: "Ada", Family: "Lovelace", Year: 1915, Month: 10, Day: 12}, "1 near-birth"},
		{"a wrong year", Person{Given: "Ada", Family: "Lovelace", Year: 1916, Month: 12, Day: 10}, "1 near-birth"},
		{"another date", Person{Given: "Ada", Family: "Lovelace", Year: 1950, Month: 1, Day: 1}, ""},
		{"no date", Person{Given: "Ada", Family: "Lovelace"}, "1 same-name"},
		{"no date, another name", Person{Given: "Ada", Family: "Byron"}, ""},
		{"a card", Person{Given: "Eve", Numbers: []string{"al1815"}}, "1 same-number"},
		{"a phone", Person{Given: "Eve", Numbers: []string{"+43 1 5550199"}}, "2 same-number"},
		{"two of them", Person{Given: "Ada", Family: "Lovelace", Year: 1915, Month: 12, Day: 10, Numbers: []string{"+4315550199"}}, "2 same-number, 1 same-name-and-birth"},
		{"nobody", Person{}, ""},
	} {
		var got []string
		for _, a := range x.Alike(tt.p) {
			got = append(got, fmt.Sprint(a.Row, " ", a.Why))
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestFewOfOneName: whoever has nothing but a name in common with very many is
// shown a few of them.
func TestFewOfOneName(t *testing.T) {
	x := &Index{}
	for row := range int64(1000) {
		x.Put(Person{Row: row + 1, Given: "Maria", Family: "Silva"})
	}
	if got := len(x.Alike(Person{Given: "Maria", Family: "Silva"})); got != mostSameName {
		t.Errorf("%d are alike, want %d", got, mostSameName)
	}
}

// slips are what the plain definition counts.
func TestSlips(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() []rune {
		out := make([]rune, r.IntN(7))
		for i := range out {
			out[i] = rune('a' + r.IntN(3))
		}
		return out
	}
	for range 5000 {
		a, b := word(), word()
		if got, want := slips(a, b, 99), plainSlips(a, b); got != want {
			t.Fatalf("%q to %q: %d, want %d", string(a), string(b), got, want)
		}
	}
}

func plainSlips(a, b []rune) int {
	switch {
	case len(a) == 0:
		return len(b)
	case len(b) == 0:
		return len(a)
	case a[0] == b[0]:
		return plainSlips(a[1:], b[1:])
	}
	best := 1 + min(plainSlips(a[1:], b), plainSlips(a, b[1:]), plainSlips(a[1:], b[1:]))
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		best = min(best, 1+plainSlips(a[2:], b[2:]))
	}
	return best
}

// Folding what is folded changes nothing, whatever it was.
func FuzzFold(f *testing.F) {
	_, all := crowd()
	for _, p := range all {
		f.Add(p.Given + " " + p.Family)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := fold(s)
		if again := fold(once); again != once {
			t.Errorf("%q: %q, then %q", s, once, again)
		}
	})
}

// many fills an index with people of made-up names.
func many(n int) *Index {
	r := rand.New(rand.NewPCG(3, 4))
	parts := []string{"ma", "ri", "jo", "se", "lo", "pez", "an", "na", "gar", "cia", "ki", "ra", "ben", "son", "el", "sa", "to", "mi", "ü", "é"}
	name := func() string {
		var out strings.Builder
		for range 2 + r.IntN(3) {
			out.WriteString(parts[r.IntN(len(parts))])
		}
		return out.String()
	}
	x := &Index{}
	for i := range n {
		x.Put(Person{Row: int64(i + 1), Given: name(), Family: name(), Year: 1930 + r.IntN(90), Month: 1 + r.IntN(12), Day: 1 + r.IntN(28), Numbers: []string{fmt.Sprint("c", r.IntN(1e9))}})
	}
	return x
}

// TestFindBySound: a name is found in whatever script and spelling it was written
// down, behind those who have it as it was typed.
func TestFindBySound(t *testing.T) {
	for _, c := range []struct{ written, typed string }{
		{"Müller", "Mueller"}, {"Müller", "Muller"}, {"Mueller", "Müller"}, {"Schröder", "Schroeder"}, {"Strauß", "Strauss"},
		{"Сергей", "Sergei"}, {"Сергей", "Sergey"}, {"Sergej", "Сергей"}, {"Чехов", "Chekhov"}, {"Чехов", "Tschechow"}, {"Хрущёв", "Khrushchev"},
		{"Екатерина", "Yekaterina"}, {"Юлия", "Yulia"}, {"Юлия", "Julia"}, {"Ковальчук", "Kovalchuk"}, {"Олексій", "Oleksij"}, {"Алексей", "Alexey"},
		{"محمد", "Mohamed"}, {"محمد", "Muhammad"}, {"Mohammed", "محمد"}, {"أحمد", "Ahmed"}, {"فاطمة", "Fatima"}, {"الرشيد", "Rashid"}, {"علي", "Ali"},
		{"يوسف", "Youssef"}, {"إبراهيم", "Ibrahim"}, {"جمال", "Gamal"}, {"جمال", "Jamal"}, {"رضا", "Reza"}, {"پروین", "Parvin"},
		{"Παπαδόπουλος", "Papadopoulos"}, {"Νίκος", "Nikos"}, {"Χρήστος", "Christos"}, {"Αθηνά", "Athina"},
		{"דוד", "David"}, {"אברהם", "Avraham"}, {"יוסף", "Yosef"}, {"חיים", "Chaim"}, {"משה", "Moshe"}, {"שרה", "Sarah"},
		{"Łukasz", "Lukasz"}, {"Nguyễn", "Nguyen"}, {"Ayşe", "Ayshe"},
	} {
		x := &Index{}
		x.Put(Person{Row: 1, Given: c.written, Family: "Zzz", Year: 1970, Month: 3, Day: 4})
		x.Put(Person{Row: 2, Given: "Bo", Family: "Quick"})
		if got := x.Find(c.typed, 10); !slices.Equal(got, []int64{1}) {
			t.Errorf("%s finds %v, not %s", c.typed, got, c.written)
		}
		x.Put(Person{Row: 3, Given: c.typed, Family: "Zzz"})
		if got := x.Find(c.typed+" zzz", 10); !slices.Equal(got, []int64{3, 1}) && !slices.Equal(got, []int64{1, 3}) || got[0] == 1 && fold(c.typed) != fold(c.written) {
			t.Errorf("%s finds %v, and its own spelling not first", c.typed, got)
		}
		same := x.Alike(Person{Given: c.typed, Family: "Zzz", Year: 1970, Month: 3, Day: 4})
		if i := slices.IndexFunc(same, func(a Alike) bool { return a.Row == 1 }); i < 0 {
			t.Errorf("%s of the same birth date is not told of as like %s: %v", c.typed, c.written, same)
		}
	}
}

// TestOtherNamesSoundOtherwise: what is told apart by ear stays apart.
func TestOtherNamesSoundOtherwise(t *testing.T) {
	for _, c := range [][2]string{
		{"Maria", "Mario"}, {"Иван", "Irina"}, {"أحمد", "Hamid"}, {"Müller", "Miller"}, {"דוד", "Dina"}, {"王小明", "Wang"}, {"नमस्ते", "Namaste"},
	} {
		x := &Index{}
		x.Put(Person{Row: 1, Given: c[0]})
		if got := x.Find(c[1], 10); len(got) > 0 {
			t.Errorf("%s finds %s", c[1], c[0])
		}
	}
}

// BenchmarkFind looks for three letters among 100,000 people.
func BenchmarkFind(b *testing.B) {
	x := many(100_000)
	queries := []string{"mar", "lop gar", "ben", "kira so", "zzz", "josé 1950", "c12345", "garcia", "mueller", "сергей", "محمد ليلى"}
	var took []time.Duration
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		x.Find(queries[i%len(queries)], 50)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkAlike looks for who may be a new person among 100,000.
func BenchmarkAlike(b *testing.B) {
	x := many(100_000)
	p := Person{Given: "Maria", Family: "Lopez", Year: 1956, Month: 4, Day: 30, Numbers: []string{"c123"}}
	b.ReportAllocs()
	for b.Loop() {
		x.Alike(p)
	}
}

// Many who are put in at once are found as if they had come one by one, those who are
// in it twice as they were last.
func TestPutTogether(t *testing.T) {
	_, all := crowd()
	again := all[0]
	again.Given, again.Numbers = "Zephyrine", []string{"z 99"}
	all = append(all, again)
	one, together := &Index{}, &Index{}
	one.Put(all[0])
	together.Put(all[0])
	for _, p := range all[1:] {
		one.Put(p)
	}
	together.Put(all[1:]...)
	if one.Len() != together.Len() {
		t.Fatalf("%d and %d people", one.Len(), together.Len())
	}
	for _, p := range append(all, Person{Given: "Zephyrine"}, Person{Given: "z99"}) {
		for _, text := range append(p.Numbers, p.Given, p.Family) {
			if a, b := one.Find(text, 10), together.Find(text, 10); !slices.Equal(a, b) {
				t.Errorf("%q: %v one by one, %v together", text, a, b)
			}
		}
	}
	if got := together.Find("zephyrine", 10); len(got) != 1 {
		t.Errorf("Zephyrine is %v", got)
	}
}
