using System.CommandLine;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Index;
using Monogres.Index.Projects;
using Monogres.Platforms.Composer;
using Monogres.Sources.Git;
using Monogres.Sources.Origins;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres index prove [RELEASE…] --repository DIR</c></summary>
internal static class IndexProveCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("prove", "Recompute from a git repository what the index says of releases: commits, tags, archives, tarballs; exit code 3 when anything differs", JsonOutput.Document,
            "monogres index prove postgres@15.14 --repository ../postgresql.git",
            "monogres index prove postgres@17..18 --repository ../postgresql.git --download",
            "monogres index prove --repository ../postgresql.git");
        var releases = new Argument<string[]>("RELEASE")
        {
            Description = "Servers: postgres@15 (its newest release), postgres@15.14, postgres@15..18; by default, every release of the default server",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var repository = new Option<string>("--repository") { Description = "A clone of upstream's git repository, bare or with a work tree; it is read without git", HelpName = "DIR", Required = true };
        var download = new Option<bool>("--download") { Description = "Also download the files that are compared; otherwise those of the store and of --source-mirror" };
        command.Arguments.Add(releases);
        command.Options.Add(repository);
        command.Options.Add(download);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var named = ReleasesOf(parsed.GetValue(releases)!, index);
            using var opened = GitRepository.Open(Path.GetFullPath(parsed.GetValue(repository)!));
            await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
            var proofs = await ProveAsync(named, opened, parsed.GetValue(download), workspace, cancel);
            workspace.ClearProgress();
            await global.Console.Out.WriteAsync(settings.Json ? ProofText.Json(proofs).ToJsonString(JsonText.Indented) + "\n" : ProofText.Text(proofs));
            return (int)(proofs.Any(proof => proof.Proof.Differs) ? ExitCode.NotIdentical : ExitCode.Done);
        });
        return command;
    }

    private static (Project Project, Release Release)[] ReleasesOf(string[] words, MonogresIndex index)
    {
        if (words.Length == 0)
            return [.. index.DefaultServer.Releases.Select(release => (index.DefaultServer, release))];

        var targets = words.SelectMany(word => index.Select(TargetPattern.Parse(word))).ToArray();
        if (Array.Find(targets, target => target.Extension is not null) is { } extension)
            throw new UserErrorException($"`{extension}` is not a release of a server", "name the server: `postgres@15.14`, `postgres@15..18`") { ExitCode = ExitCode.Usage };
        return [.. targets.DistinctBy(target => (target.Server, target.Version)).Select(target => (index.Project(target.Server), index.Project(target.Server).Release(target.Version)))];
    }

    // Reading a commit takes a core, and so does compressing it.
    private static async Task<ProvedRelease[]> ProveAsync((Project Project, Release Release)[] releases, GitRepository repository, bool download, Workspace workspace, CancellationToken cancel)
    {
        var directory = Directory.CreateDirectory(workspace.Store.NewWorkPath());
        try
        {
            var proofs = new ProvedRelease[releases.Length];
            var compressors = new PinnedCompressors(workspace);
            await Parallel.ForAsync(0, releases.Length, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, async (i, stop) =>
            {
                var (project, release) = releases[i];
                var name = $"{project.Name}@{release.Version}";
                using var step = new ObservedStep($"{name} proof", expectedSeconds: null, workspace.Observer, TimeProvider.System);
                var own = directory.CreateSubdirectory($"{i}");
                var maker = new ArchiveMaker(repository, compressors.CompressAsync, own.FullName);
                var prover = new ReleaseProver(repository, maker, (file, halt) => OpenAsync(file, download, workspace, halt), workspace.Index.StyleOf(project).DropFor);
                proofs[i] = new ProvedRelease(name, await prover.ProveAsync(release, stop));
                own.Delete(recursive: true);
                step.Finish();
            });
            return proofs;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<Stream?> OpenAsync(SourceFile file, bool download, Workspace workspace, CancellationToken cancel)
    {
        var pinned = new PinnedFile { Name = file.FileNames.First(), Sha256 = file.Sha256, Size = file.Size, Places = file.Places };
        if (!download && workspace.Store.Blobs.Find(file.Sha256) is null && !workspace.Files.IsProvided(pinned))
            return null;

        try
        {
            return await workspace.Blobs.OpenAsync((await workspace.Files.FetchAsync([pinned], cancel))[0], cancel);
        }
        catch (UserErrorException nowhere) when (nowhere.Unavailable)
        {
            workspace.WriteMessage(nowhere.Message);
            return null;
        }
    }
}
