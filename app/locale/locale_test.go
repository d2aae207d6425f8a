package locale

import "testing"

func TestPlain(t *testing.T) {
	for value, want := range map[string]string{
		"C.UTF-8": "C", "C.utf8": "C", "POSIX.UTF-8": "POSIX", "C": "", "": "", "en_US.UTF-8": "", "Cat.UTF-8": "",
	} {
		got, changed := plain(value)
		if changed != (want != "") || changed && got != want {
			t.Errorf("%q becomes %q, %t", value, got, changed)
		}
	}
}
