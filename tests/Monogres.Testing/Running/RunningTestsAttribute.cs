using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit.v3;

[assembly: Monogres.Testing.Running.RunningTests]

namespace Monogres.Testing.Running;

/// <summary>Says on stderr, twice a minute, which tests are running and since when; a program of tests that is done before says nothing. Compiled into each test program.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class RunningTestsAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private static readonly ConcurrentDictionary<string, (string Name, long Begun)> Running = new(StringComparer.Ordinal);
    private static readonly long Begun = Stopwatch.GetTimestamp();

    // Kept, so that it goes on.
    private static Timer? s_timer;
    private static int s_ended;

    /// <summary>Begins before any fixture is made, which can take as long as a test.</summary>
    [ModuleInitializer]
    internal static void Begin() => s_timer = new Timer(_ => Console.Error.WriteLine(Line()), state: null, Period, Period);

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => Running[test.UniqueID] = (test.TestDisplayName, Stopwatch.GetTimestamp());

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        Running.TryRemove(test.UniqueID, out _);
        Interlocked.Increment(ref s_ended);
    }

    private static string Line()
    {
        var running = Running.Values.OrderBy(one => one.Begun).Select(one => $"{Short(one.Name)} ({Seconds(one.Begun)} s)").ToArray();
        return $"   {Seconds(Begun)} s, {s_ended} done; {(running.Length == 0 ? "between tests" : $"running: {string.Join(", ", running)}")}";
    }

    private static string Short(string name) => name.StartsWith($"{typeof(RunningTestsAttribute).Assembly.GetName().Name}.", StringComparison.Ordinal)
        ? name[(typeof(RunningTestsAttribute).Assembly.GetName().Name!.Length + 1)..]
        : name;

    private static long Seconds(long since) => (long)Stopwatch.GetElapsedTime(since).TotalSeconds;
}
