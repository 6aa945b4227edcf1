using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck.Fluent;
using Monogres.Monobot.Proposals;
using Monogres.Testing.Properties;

namespace Monogres.Monobot.Tests;

public partial class LineDifferenceTests
{
    [Fact]
    public void A_change_has_three_lines_around_it() => Assert.Equal(
        """
        diff --git a/x b/x
        --- a/x
        +++ b/x
        @@ -2,6 +2,7 @@
         b
         c
         d
        +new
         e
         f
         g

        """,
        LineDifference.Of("x", "a\nb\nc\nd\ne\nf\ng\nh\n", "a\nb\nc\nd\nnew\ne\nf\ng\nh\n"));

    [Fact]
    public void A_new_file_is_one() => Assert.Equal("diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n", LineDifference.Of("x", null, "a\nb\n"));

    [Fact]
    public void What_is_the_same_has_no_difference() => Assert.Equal("", LineDifference.Of("x", "a\n", "a\n"));

    [Fact]
    public void Applying_a_difference_gives_the_new_text()
    {
        var line = Gen.Elements("a", "b", "c", "{", "}", "-x", "+y", " z", "");
        var text = line.ListOf().Select(lines => lines.ToArray());
        Prop.ForAll(
            Gen.Two(text).ToArbitrary(),
            pair =>
            {
                // A line at the end that is no change, so that neither text is empty.
                var (before, after) = ($"{string.Join("\n", [.. pair.Item1, "end"])}\n", $"{string.Join("\n", [.. pair.Item2, "end"])}\n");
                return Apply(before, LineDifference.Of("x", before, after)) == after;
            }).HoldsAlways();
    }

    // Read by what the format says, not by how it was written.
    private static string Apply(string before, string diff)
    {
        if (diff.Length == 0)
            return before;

        var (old, result, at) = (before[..^1].Split('\n'), new List<string>(), 0);
        foreach (var line in diff[..^1].Split('\n').Skip(3))
        {
            if (Hunk().Match(line) is { Success: true } hunk && !line.StartsWith(' ') && !line.StartsWith('+') && !line.StartsWith('-'))
            {
                var (start, count) = (int.Parse(hunk.Groups["start"].Value, CultureInfo.InvariantCulture), int.Parse(hunk.Groups["count"].Value, CultureInfo.InvariantCulture));
                for (var first = count == 0 ? start : start - 1; at < first; at++)
                    result.Add(old[at]);
                Assert.Equal(int.Parse(hunk.Groups["new"].Value, CultureInfo.InvariantCulture), result.Count + (int.Parse(hunk.Groups["many"].Value, CultureInfo.InvariantCulture) == 0 ? 0 : 1));
            }
            else if (line[0] is '+')
            {
                result.Add(line[1..]);
            }
            else
            {
                Assert.Equal(old[at++], line[1..]);
                if (line[0] is ' ')
                    result.Add(line[1..]);
            }
        }

        return string.Join('\n', result.Concat(old.Skip(at))) + "\n";
    }

    [GeneratedRegex(@"^@@ -(?<start>\d+),(?<count>\d+) \+(?<new>\d+),(?<many>\d+) @@$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hunk();
}
