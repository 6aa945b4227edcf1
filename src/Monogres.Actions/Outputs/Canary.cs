using System.Globalization;
using System.Text;

namespace Monogres.Actions.Outputs;

/// <summary>A text that tells on which machine, when or by whom something was built, and so must not be in an output.</summary>
/// <param name="Kind">What it is, for people: <c>host name</c>, <c>date of today</c>.</param>
/// <param name="Text">The text, compared byte for byte as UTF-8.</param>
public sealed record Canary(string Kind, string Text)
{
    /// <summary>Shorter texts occur by chance.</summary>
    public const int ShortestBytes = 6;

    // Common enough to stand in any program, so that finding one says nothing.
    private static readonly string[] Common = ["localhost", "localdomain", "default", "docker", "debian", "ubuntu", "fedora", "builder", "buildd", "monogres", "nobody", "postgres", "runner", "server", "vagrant"];

    /// <summary>Whether finding it means something: it has at least <see cref="ShortestBytes"/> bytes and is no common word.</summary>
    public bool IsMeaningful => Encoding.UTF8.GetByteCount(Text) >= ShortestBytes && !Common.Contains(Text, StringComparer.OrdinalIgnoreCase);

    /// <summary>A day in the spellings of <c>__DATE__</c>, <c>date</c>, ISO 8601 and RFC 5322.</summary>
    public static IReadOnlyList<Canary> ForDay(DateOnly day)
    {
        string[] formats = ["yyyy'-'MM'-'dd", "dd MMM yyyy", "ddd MMM dd ", "MMM dd yyyy", "MMM dd, yyyy"];
        var texts = formats.Select(format => day.ToString(format, CultureInfo.InvariantCulture));

        // __DATE__ and date fill up a day of one digit with a blank, RFC 5322 with nothing.
        if (day.Day < 10)
        {
            string[] short_ = ["ddd MMM  d ", "MMM  d yyyy", "d MMM yyyy", "MMM d, yyyy"];
            texts = texts.Concat(short_.Select(format => day.ToString(format, CultureInfo.InvariantCulture)));
        }

        return [.. texts.Select(text => new Canary("date of today", text))];
    }
}
