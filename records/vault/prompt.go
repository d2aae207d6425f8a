package vault

import (
	"context"
	"errors"
	"fmt"
)

// A Prompt is a source that asks a person, once, for a passphrase or for the
// recovery key: whichever they type.
type Prompt struct {
	// Ask shows the question and returns what was typed unseen. It is called
	// when a slot needs it, and not at all if the ring has none that does.
	Ask func(ctx context.Context, question string) (string, error)

	asked bool
	typed string
	err   error
}

// Secret asks for the secret of a slot of kind Passphrase or Recovery.
func (p *Prompt) Secret(ctx context.Context, _ string, slot Slot) ([]byte, error) {
	if slot.Kind != Passphrase && slot.Kind != Recovery {
		return nil, ErrNoSecret
	}
	if !p.asked {
		p.typed, p.err = p.Ask(ctx, "Passphrase or recovery key of the records: ")
		p.asked = true
	}
	if p.err != nil {
		return nil, fmt.Errorf("asking for the passphrase: %w", p.err)
	}
	recovery, err := ParseRecovery(p.typed)
	switch {
	case slot.Kind == Passphrase && err != nil && p.typed != "":
		return PassphraseSecret(p.typed), nil
	case slot.Kind == Recovery && err == nil:
		return recovery, nil
	case errors.Is(err, ErrMistyped):
		return nil, err
	}
	return nil, ErrNoSecret
}
