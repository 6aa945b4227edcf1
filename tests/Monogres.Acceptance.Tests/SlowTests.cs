namespace Monogres.Acceptance.Tests;

/// <summary>
/// Tests that compile a whole PostgreSQL beside the one that all others use take turns, a day each, so that a run stays short and
/// every one is run soon. <c>MONOGRES_TEST_SLOW=all</c> runs all of them.
/// </summary>
internal static class SlowTests
{
    private const string Variable = "MONOGRES_TEST_SLOW";

    /// <summary>What takes turns.</summary>
    public enum Turn
    {
        /// <summary>PostgreSQL is rebuilt under other conditions.</summary>
        Rebuild,

        /// <summary>PostgreSQL is compiled for another processor.</summary>
        OtherProcessor,
    }

    // One answer for the whole run, also when midnight passes.
    private static readonly int Day = DateOnly.FromDateTime(DateTime.UtcNow).DayNumber;

    /// <summary>Skips a test that compiles several PostgreSQL, unless all slow tests are asked for.</summary>
    public static void SkipUnlessAll() => Assert.SkipUnless(Environment.GetEnvironmentVariable(Variable) is "all", $"it takes half an hour; {Variable}=all runs it");

    /// <summary>Skips the test unless it is its turn.</summary>
    public static void SkipUnlessTurnOf(Turn turn) => Assert.SkipUnless(
        Environment.GetEnvironmentVariable(Variable) is "all" || Environment.GetEnvironmentVariable("MONOGRES_TEST_RELEASE") is { Length: > 0 } || Day % Enum.GetValues<Turn>().Length == (int)turn,
        $"another slow test has its turn today; {Variable}=all runs all of them");
}
