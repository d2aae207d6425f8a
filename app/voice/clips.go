package voice

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"aidpost/app/voice/clips"
)

// Clips speaks with what an engine has said before.
type Clips struct {
	folders []string
	player  *Player

	mu    sync.Mutex
	packs map[string]*clips.Pack // by language; nil: there is none
}

// FindClips returns the clips in the folders, or nil if there are none or nothing plays
// them.
func FindClips(player *Player, folders ...string) *Clips {
	if player == nil {
		return nil
	}
	for _, folder := range folders {
		if all, err := filepath.Glob(filepath.Join(folder, "*"+clips.Ending)); err == nil && len(all) > 0 {
			return &Clips{folders: folders, player: player, packs: map[string]*clips.Pack{}}
		}
	}
	return nil
}

// Folders are where the clips of a program may be: beside it, and where packages of the
// system put what they share.
func Folders(program string) []string {
	beside := filepath.Dir(program)
	return []string{
		filepath.Join(beside, "voices"), filepath.Join(beside, "..", "share", "aidpost", "voices"),
		"/usr/local/share/aidpost/voices", "/usr/share/aidpost/voices",
	}
}

// pack returns the clips of a language, or nil. A file that cannot be read is none.
func (c *Clips) pack(language string) (*clips.Pack, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, known := c.packs[language]
	if known {
		return p, nil
	}
	p, err := clips.Open(c.folders, language)
	c.packs[language] = p
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return p, err
}

func (c *Clips) speaks(language string) bool {
	p, err := c.pack(language)
	return p != nil && err == nil
}

// say plays a text. It is silent as soon as ctx ends.
func (c *Clips) say(ctx context.Context, u utterance) error {
	p, err := c.pack(tag(u.language))
	if p == nil || err != nil || strings.TrimSpace(u.text) == "" {
		return err
	}
	samples := p.Say(u.text, u.volume)
	if len(samples) == 0 {
		return nil
	}
	return c.player.Play(ctx, clips.WAV(samples))
}
