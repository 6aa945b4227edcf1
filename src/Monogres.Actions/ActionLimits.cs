using System.Collections.Immutable;
using System.Globalization;

namespace Monogres.Actions;

/// <summary>What one action may use.</summary>
public enum ActionLimit
{
    /// <summary>Memory of all its processes together, in bytes: what each has for itself, and the largest part that they share.</summary>
    Memory,

    /// <summary>Processes at one time.</summary>
    Processes,

    /// <summary>Files in <c>/tmp</c>, in <c>/run</c> and in <c>/dev/shm</c>, in bytes each: they are held in memory.</summary>
    Temporary,

    /// <summary>Files that it writes elsewhere, its output among them, in bytes.</summary>
    Output,

    /// <summary>What it prints, in bytes.</summary>
    Log,
}

/// <summary>
/// What an action may use of the machine, so that one that runs wild ends in a clear error and harms nothing else. Limits are no
/// part of an action's key: an action that keeps within them gives the same output under any.
/// </summary>
public sealed record ActionLimits
{
    private const long Gibibyte = 1L << 30;

    /// <summary>The limits that are written nowhere. Memory: all but an eighth of what the machine has.</summary>
    /// <param name="memory">What the machine has, in bytes.</param>
    public static ActionLimits Default(long memory) => new()
    {
        Memory = Math.Max(memory - (memory / 8), Gibibyte),
        Processes = 4096,
        Temporary = Math.Clamp(memory / 4, Gibibyte / 4, 8 * Gibibyte),
        Output = 32 * Gibibyte,
        Log = Gibibyte,
    };

    /// <summary>See <see cref="ActionLimit.Memory"/>.</summary>
    public required long Memory { get; init; }

    /// <summary>See <see cref="ActionLimit.Processes"/>.</summary>
    public required long Processes { get; init; }

    /// <summary>See <see cref="ActionLimit.Temporary"/>.</summary>
    public required long Temporary { get; init; }

    /// <summary>See <see cref="ActionLimit.Output"/>.</summary>
    public required long Output { get; init; }

    /// <summary>See <see cref="ActionLimit.Log"/>.</summary>
    public required long Log { get; init; }

    /// <summary>The names that settings use.</summary>
    public static ImmutableArray<string> Names { get; } = ["memory", "processes", "tmp", "output", "log"];

    /// <summary>The value of a limit.</summary>
    public long this[ActionLimit limit] => limit switch
    {
        ActionLimit.Memory => Memory,
        ActionLimit.Processes => Processes,
        ActionLimit.Temporary => Temporary,
        ActionLimit.Output => Output,
        _ => Log,
    };

    /// <summary>The name of a limit in settings.</summary>
    public static string NameOf(ActionLimit limit) => Names[(int)limit];

    /// <summary>A value as settings write it: a count, or bytes with the largest unit that divides them (<c>512M</c>, <c>8G</c>).</summary>
    public static string Text(ActionLimit limit, long value)
    {
        var (rest, unit) = (value, 0);
        while (limit != ActionLimit.Processes && unit < Units.Length - 1 && rest > 0 && rest % 1024 == 0)
            (rest, unit) = (rest / 1024, unit + 1);
        return $"{rest}{Units[unit]}".TrimEnd();
    }

    /// <summary>These limits with others where a setting names them: <c>memory=8G,processes=500</c>. Units are K, M, G and T, powers of 1024.</summary>
    /// <param name="setting">Comma-separated; later ones win.</param>
    /// <exception cref="FormatException">The text is no such list. The message says which part, and what is right.</exception>
    public ActionLimits With(string setting)
    {
        var limits = this;
        foreach (var part in setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var which = equals < 0 ? -1 : Names.IndexOf(part[..equals]);
            if (which < 0)
                throw new FormatException($"`{part}` is not a limit: write `NAME=VALUE` with one of the names {string.Join(", ", Names)}");

            if (Parse((ActionLimit)which, part[(equals + 1)..]) is not { } value)
                throw new FormatException($"`{part}`: {((ActionLimit)which == ActionLimit.Processes ? "a number such as `500`" : "a size such as `512M` or `8G`")} is expected");

            limits = (ActionLimit)which switch
            {
                ActionLimit.Memory => limits with { Memory = value },
                ActionLimit.Processes => limits with { Processes = value },
                ActionLimit.Temporary => limits with { Temporary = value },
                ActionLimit.Output => limits with { Output = value },
                _ => limits with { Log = value },
            };
        }

        return limits;
    }

    private const string Units = " KMGT";

    private static long? Parse(ActionLimit limit, string text)
    {
        var unit = limit == ActionLimit.Processes || text.Length == 0 ? 0 : Math.Max(0, Units.IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal));
        if (!long.TryParse(unit == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            return null;

        return number > long.MaxValue >> (10 * unit) ? null : number << (10 * unit);
    }
}
