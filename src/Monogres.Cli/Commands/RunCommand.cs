using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Monogres.Cli.Inputs;
using Monogres.Core;
using Monogres.Engine.Execution;
using Monogres.Index.Options;
using Monogres.Index;
using Monogres.Payloads.Layout;
using Monogres.Plans;
using Monogres.Sandbox;
using Monogres.Plans.Scripts;
using Monogres.Plans.Targets;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres run TARGET [-- PROGRAM…]</c></summary>
internal static class RunCommand
{
    /// <summary>How long a server may take to stop before it is killed; nothing of it is kept anyway.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(8);

    public static Command Create(GlobalOptions global, Interrupts interrupts, string[] program)
    {
        var command = new Verb("run", "Start a temporary server of a target in a sandbox with its pinned run-time libraries; with `-- PROGRAM`, run that program against it, then stop", JsonOutput.None,
            "monogres run postgres@15 -- psql -c 'select version()'",
            "monogres run postgres@15 --with pgvector,pgaudit -- psql -c 'create extension vector'",
            "monogres run postgres@15.18 --debugger -- sh");
        var targets = new TargetOptions(TargetKind.One).AddTo(command);
        var port = new Option<int?>("--port", "-p") { Description = "Also listen on this TCP port of 127.0.0.1, open to every user of this machine", HelpName = "PORT", CustomParser = ParsePort };
        var debugger = new Option<bool>("--debugger") { Description = "Add gdb, the debug information and the source" };
        var with = new Option<string?>("--with") { Description = "Extensions to install into it, comma-separated: pgvector, pgaudit@1.7.0; the libraries that they need are preloaded", HelpName = "NAMES" };
        command.Options.Add(with);
        command.Options.Add(port);
        command.Options.Add(debugger);
        command.SetAction(async (parsed, cancel) =>
        {
            var request = new ServerRequest(ServerRequest.NamesIn(parsed.GetValue(with)), parsed.GetValue(debugger));
            var (opened, server) = await targets.OpenServerAsync(parsed, request, global, cancel);
            await using var workspace = opened;
            await workspace.Engine.AnnounceAsync(server.Layers, cancel);
            return await workspace.Engine.UseAsync(server.Layers, async layers =>
            {
                // First, since it may download what the sandbox itself is made of.
                var sandbox = await workspace.Session(cancel);
                workspace.ClearProgress();
                var session = new SessionRequest
                {
                    Layers = [.. layers.Select(layer => layer.Tree)],
                    Arguments = [],
                    Environment = Plans.Scripts.Commands.EnvironmentOf(server.Server.SourceDate),
                    WorkingDirectory = BuildPaths.Work,
                    HostNetwork = parsed.GetValue(port) is not null,
                };
                if (program.Length == 0)
                    return await ServeAsync(sandbox, server, session, parsed.GetValue(port), global.Console.Error, cancel);

                interrupts.LendTerminal();
                return await sandbox.EnterAsync(session with
                {
                    Arguments = ["/bin/sh", "-c", ServerScripts.RunProgram(server.Server.Prefix, parsed.GetValue(port), server.Settings, server.Run), "run", .. program],
                }, cancel);
            }, cancel);
        });
        return command;
    }

    private static int? ParsePort(ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535)
            return port;

        given.AddError($"`{text}` is not a TCP port, expected a number from 1 to 65535");
        return null;
    }

    /// <summary>Serves until Ctrl-C. The socket is in a directory that the server shares with this machine.</summary>
    private static async Task<int> ServeAsync(SandboxSession sandbox, ServerSession server, SessionRequest session, int? port, TextWriter error, CancellationToken cancel)
    {
        var shared = Directory.CreateTempSubdirectory("monogres-");
        try
        {
            await error.WriteLineAsync($"{server.Server.Id} is starting; connect with: psql -h {shared.FullName} -U postgres{(port is { } number ? $", or: psql -h 127.0.0.1 -p {number} -U postgres" : "")}");
            await error.WriteLineAsync("Ctrl-C stops it and discards its data");
            using var kill = new CancellationTokenSource();
            await using var stop = cancel.Register(() =>
            {
                File.WriteAllText(Path.Combine(shared.FullName, ServerScripts.StopFile), "");
                kill.CancelAfter(StopTime);
            });
            return await sandbox.EnterAsync(session with
            {
                Arguments = ["/bin/sh", "-c", ServerScripts.Serve(server.Server.Prefix, port, server.Settings, server.Run), "serve"],
                HostDirectories = [new HostDirectory(shared.FullName, RelativePath.Parse(ServerScripts.SocketDirectory.TrimStart('/')))],
            }, kill.Token);
        }
        finally
        {
            shared.Delete(recursive: true);
        }
    }
}
