package cli

import "strings"

// systemLanguage returns the BCP 47 tag of the environment's language, by the
// order of POSIX; English if it names none.
func systemLanguage(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		value, _, _ := strings.Cut(getenv(name), ".")
		value, _, _ = strings.Cut(value, "@")
		switch value {
		case "":
			continue
		case "C", "POSIX":
			return "en"
		}
		return strings.ReplaceAll(value, "_", "-")
	}
	return "en"
}
