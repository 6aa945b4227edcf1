using Monogres.Cli.Inputs;

namespace Monogres.Cli.Terminal;

/// <summary>The three voices of the process: results on stdout, messages for people on stderr; and what each can do.</summary>
/// <param name="Out">Results and nothing else.</param>
/// <param name="Error">Messages and progress.</param>
/// <param name="ErrorIsTerminal">Whether stderr is a terminal.</param>
/// <param name="ErrorColor">Whether colour may be used on stderr (a terminal, <c>NO_COLOR</c> not set, not dumb).</param>
public sealed record Streams(TextWriter Out, TextWriter Error, bool ErrorIsTerminal, bool ErrorColor)
{
    /// <summary>The bytes of stdout, for results that are not text.</summary>
    public static Stream OpenOutput() => Console.OpenStandardOutput();

    /// <summary>The columns of the terminal behind stderr.</summary>
    public static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    /// <summary>Those of this process. The only place that touches <see cref="Console"/>.</summary>
    public static Streams OfProcess()
    {
        var terminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable(EnvironmentVariables.Term) is not ("dumb" or null);
        var color = terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EnvironmentVariables.NoColor));
        return new Streams(Console.Out, Console.Error, terminal, color);
    }
}
