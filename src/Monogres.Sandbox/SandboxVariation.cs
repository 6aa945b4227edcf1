using System.Globalization;

namespace Monogres.Sandbox;

/// <summary>What a sandbox does otherwise than always, so that a rebuild in it shows whether a result depends on that. No part of any key.</summary>
public sealed record SandboxVariation
{
    /// <summary>Nothing.</summary>
    public static SandboxVariation None { get; } = new();

    /// <summary>By how many seconds the clock of the programs inside is ahead of that of the machine. What the library of the build root does not reach sees the machine's.</summary>
    public long ClockOffset { get; init; }

    /// <summary>What make is told beside what the build says (<c>GNUMAKEFLAGS</c>): <c>--shuffle=7</c>.</summary>
    public string? MakeFlags { get; init; }

    /// <summary>How the root is mounted; null: as usual.</summary>
    public RootMount? Mount { get; init; }

    /// <summary>Reads <c>clock=+34387200,make=--shuffle=7,root=read-only</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static SandboxVariation Parse(string text)
    {
        var variation = None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = word.Split('=', 2) is [var one, var other] ? (one, other) : (word, "");
            variation = name switch
            {
                "clock" when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset) => variation with { ClockOffset = offset },
                "make" when value.Length > 0 => variation with { MakeFlags = value },
                "root" when value is "read-only" => variation with { Mount = RootMount.ReadOnly },
                _ => throw new FormatException($"`{word}` is not `clock=SECONDS`, `make=FLAGS` or `root=read-only`"),
            };
        }

        return variation;
    }
}
