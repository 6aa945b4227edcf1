using System.Text.Json;

namespace Monogres.Sandbox;

/// <summary>How far a sandbox came, as its status file tells: the lines of <see cref="SandboxCommand"/>, then bubblewrap's JSON.</summary>
/// <param name="Stage">The last stage that was reached.</param>
/// <param name="ExitCode">The exit code of the command, 128 + signal when it was killed; null when it did not end by itself.</param>
public sealed record SandboxStatus(SandboxStage Stage, int? ExitCode)
{
    /// <summary>Reads the file's text. Lines that are not understood, such as a last one cut short by a kill, are passed over.</summary>
    public static SandboxStatus Parse(string text)
    {
        var stage = SandboxStage.Nothing;
        int? exitCode = null;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            switch (line)
            {
                case SandboxCommand.NamespacesMade:
                    stage = SandboxStage.Namespaces;
                    break;
                case SandboxCommand.RootMounted:
                    stage = SandboxStage.Root;
                    break;
                default:
                    ReadJson(line, ref stage, ref exitCode);
                    break;
            }
        }

        return new SandboxStatus(stage, exitCode);
    }

    private static void ReadJson(string line, ref SandboxStage stage, ref int? exitCode)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return;

            if (document.RootElement.TryGetProperty("child-pid", out _))
                stage = SandboxStage.Bubblewrap;
            if (document.RootElement.TryGetProperty("exit-code", out var code) && code.TryGetInt32(out var value))
                exitCode = value;
        }
        catch (JsonException)
        {
            // Half a line: the writer was killed.
        }
    }
}

/// <summary>How far the making of a sandbox came.</summary>
public enum SandboxStage
{
    /// <summary>Not even the namespaces were made.</summary>
    Nothing,

    /// <summary>The user, mount and process namespaces were made.</summary>
    Namespaces,

    /// <summary>The root was mounted.</summary>
    Root,

    /// <summary>Bubblewrap made its own namespaces.</summary>
    Bubblewrap,
}
