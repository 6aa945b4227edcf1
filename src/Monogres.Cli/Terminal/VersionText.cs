using System.CommandLine;
using System.CommandLine.Invocation;
using Monogres.Core;

namespace Monogres.Cli.Terminal;

/// <summary>What <c>--version</c> prints.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    /// <summary><c>monogres 0.1.0</c></summary>
    public static string Line { get; } = $"monogres {typeof(VersionText).Assembly.GetName().Version!.ToString(3)}";

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Line);
        return (int)ExitCode.Done;
    }
}
