using System.CommandLine;
using System.CommandLine.Help;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;

namespace Monogres.Cli.Commands;

/// <summary>All commands, put together.</summary>
internal static class CommandTree
{
    private static readonly string[] ProgramStarters = ["run", "shell"];

    /// <summary>The root command.</summary>
    /// <param name="console">The streams.</param>
    /// <param name="environment">The value of an environment variable, or null.</param>
    /// <param name="interrupts">Ctrl-C.</param>
    /// <param name="program">What stood after <c>--</c>.</param>
    public static RootCommand Create(Streams console, Func<string, string?> environment, Interrupts interrupts, string[] program)
    {
        var global = new GlobalOptions(console, environment);
        var root = new RootCommand("Reproducible Postgres: builds PostgreSQL from source, hermetically, with identical results for everyone.");
        global.AddTo(root);
        foreach (var command in new[]
        {
            BuildCommand.Create(global),
            RunCommand.Create(global, interrupts, program),
            TestCommand.Create(global),
            DoctorCommand.Create(global),
            CompareCommand.Create(global),
            MatrixCommand.Create(global),
            VerifyCommand.Create(global),
            ListCommand.Create(global),
            PlanCommand.Create(global),
            ExplainCommand.Create(global),
            ShellCommand.Create(global, interrupts, program),
            IndexCommand.Create(global),
            BotCommand.Create(global),
            StoreCommand.Create(global),
            PlatformCommand.Create(global),
            RemoteCommand.Create(global),
            PublishCommand.Create(global, environment),
            AttestCommand.Create(global, environment),
            CheckCommand.Create(global),
            HelpCommand.Create(global, root),
        })
            root.Subcommands.Add(command);

        foreach (var option in root.Options)
        {
            option.Action = option switch
            {
                HelpOption => new HelpText.Action(),
                VersionOption => new VersionText(),
                _ => option.Action,
            };
        }

        return root;
    }

    /// <summary>Whether the command takes a program after <c>--</c>.</summary>
    public static bool TakesProgram(Command command) => ProgramStarters.Contains(command.Name, StringComparer.Ordinal);
}
