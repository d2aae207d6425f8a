package cli

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// exitMeanings are what each verb's help says of its exit codes.
var exitMeanings = map[int]string{
	ExitOK:           "it worked",
	ExitFailed:       "it failed; the reason is on standard error",
	ExitUsage:        "wrong use",
	ExitNoInstrument: "no instrument: no such port, or nothing recognised on it",
	ExitFault:        "the instrument, or the capture, gave no reading",
	ExitUnexpected:   "the visit did not go as the script expects",
	ExitDenied:       "wrong badge or PIN, or not allowed",
	ExitLocked:       "quality control locks the instrument out",
	ExitNotValid:     "the numbers are not those that were signed, or by another key",
	ExitInterrupted:  "stopped by a signal; a cuff was let go first",
}

// help prints the list of verbs, or how one of them is used.
func help(args []string, env Env) int {
	if len(args) == 0 {
		overview(env.Stdout)
		return ExitOK
	}
	for _, v := range verbs() {
		if v.name == args[0] {
			c := &command{Env: env, verb: v, flags: flag.NewFlagSet(v.name, flag.ContinueOnError)}
			v.setup(c)
			c.help(env.Stdout)
			return ExitOK
		}
	}
	fmt.Fprintf(env.Stderr, "aidpost: there is no verb %.40q; see: aidpost help\n", args[0])
	return ExitUsage
}

func overview(w io.Writer) {
	fmt.Fprint(w, "Aidpost measures blood pressure, oxygen, blood sugar, temperature and weight with\n"+
		"instruments on serial ports. Without a verb it opens the kiosk's window.\n\n")
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, v := range append([]verb{kioskVerb()}, verbs()...) {
		fmt.Fprintf(tw, "  aidpost %s\t%s\n", v.name, v.brief)
	}
	tw.Flush()
	fmt.Fprint(w, "\naidpost help VERB says more.\n")
}

// usage is how the verb is written.
func (c *command) usage() string {
	parts := []string{"aidpost", c.verb.name, c.verb.args}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

func (c *command) help(w io.Writer) {
	fmt.Fprintf(w, "%s\n\n%s\n", c.usage(), strings.TrimSpace(c.verb.about))
	c.flagHelp(w)
	fmt.Fprint(w, "\nExit codes:\n")
	for _, code := range append([]int{ExitOK, ExitUsage}, c.verb.exits...) {
		fmt.Fprintf(w, "  %-3d  %s\n", code, exitMeanings[code])
	}
}

func (c *command) flagHelp(w io.Writer) {
	first := true
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	c.flags.VisitAll(func(f *flag.Flag) {
		if first {
			fmt.Fprint(tw, "\nFlags:\n")
			first = false
		}
		name, about := flag.UnquoteUsage(f)
		if name != "" {
			name = " " + name
		}
		fmt.Fprintf(tw, "  --%s%s\t%s\n", f.Name, name, about)
	})
	tw.Flush()
}
