using System.Collections.Concurrent;
using System.Globalization;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Store.Disk;

namespace Monogres.Results.Records;

/// <summary>
/// How long steps took in a store, in <c>times.tsv</c>: a line for each, <c>owner facet seconds logbytes</c>, separated by tabs;
/// the last one of a step counts. A step that never ran is taken to be like the last one of the same facet and of the
/// nearest owner: the same project, else any of its kind (servers, or extensions, which take seconds), whose duration is a guess and whose log says nothing.
/// </summary>
/// <param name="directory">Where the file is.</param>
public sealed class StoredTimes(string directory) : IStepTimes
{
    private const int MostLines = 20_000;

    private readonly Lazy<ConcurrentDictionary<string, StepTime>> _times = new(() => Read(Path.Combine(directory, "times.tsv")));

    /// <inheritdoc/>
    public StepTime? Find(StepName step)
    {
        var names = NamesOf(step);
        for (var i = 0; i < names.Length; i++)
        {
            if (_times.Value.TryGetValue(names[i], out var time))
                return i < names.Length - 1 ? time : time with { LogBytes = 0 };
        }

        return null;
    }

    /// <inheritdoc/>
    public void Add(StepName step, StepTime time)
    {
        foreach (var name in NamesOf(step))
            _times.Value[name] = time;
        try
        {
            AppendedLines.Add(Path.Combine(directory, "times.tsv"), string.Create(CultureInfo.InvariantCulture, $"{step.Owner}\t{step.Facet}\t{time.Seconds:0.000}\t{time.LogBytes}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An estimate that cannot be kept is no reason to fail.
        }
    }

    // From the step itself to ever wider kinds.
    private static string[] NamesOf(StepName step)
    {
        var owner = step.Owner.ToString() ?? "";
        return [$"{owner}\t{step.Facet}", $"{ProjectOf(owner)}\t{step.Facet}", $"{(owner.Contains('/', StringComparison.Ordinal) ? "/" : "")}\t{step.Facet}"];
    }

    private static string ProjectOf(string owner) => owner.Split('@', ' ')[0];

    private static ConcurrentDictionary<string, StepTime> Read(string path)
    {
        var times = new ConcurrentDictionary<string, StepTime>(StringComparer.Ordinal);
        try
        {
            var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
            foreach (var line in lines)
            {
                if (line.Split('\t') is [var owner, var facet, var seconds, var bytes]
                    && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                {
                    foreach (var name in NamesOf(new StepName(owner, facet)))
                        times[name] = new StepTime(number, size);
                }
            }

            // Two processes that shorten the file at once write the same.
            if (lines.Length > MostLines)
                File.WriteAllLines(path, lines[^(MostLines / 2)..]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing is known, then.
        }

        return times;
    }
}
