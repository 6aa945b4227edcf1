using System.CommandLine;
using Monogres.Core;
using Monogres.Packaging;
using Monogres.Packaging.Oci.Images;
using Monogres.Results.Building;
using Monogres.Index.Options;
using Monogres.Index;
using Monogres.Results.Records;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres build TARGET…</c></summary>
internal static class BuildCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("build", "Build targets, and write each to the output directory as packages with a manifest of what it is made of", JsonOutput.Events,
            "monogres build postgres@15.18",
            "monogres build postgres@17 --portable --format tar.zst,zip",
            "monogres build postgres@17 --format oci --with pgvector,pgaudit");
        var targets = new TargetOptions(portable: true).AddTo(command);
        var output = new Option<string>("--output", "-o") { Description = "The output directory", HelpName = "DIR", DefaultValueFactory = _ => "dist" };
        var format = new Option<string>("--format", "-f")
        {
            Description = $"The package formats, comma-separated: {string.Join(", ", PackageFormats.Names)}",
            HelpName = "FORMATS",
            DefaultValueFactory = _ => PackageFormats.Default,
        };
        var noCache = new Option<bool>("--no-cache") { Description = "Run the build even if its result is cached" };
        var keepGoing = new Option<bool>("--keep-going", "-k") { Description = "Continue with the other targets when one fails" };
        var with = new Option<string?>("--with") { Description = "Extensions for the images of servers (formats oci and cnpg), comma-separated: pgvector, pgaudit@1.7.0", HelpName = "NAMES" };
        foreach (var option in new System.CommandLine.Option[] { output, format, with, noCache, keepGoing })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            // A slip is said before anything is made or downloaded.
            var portable = parsed.GetValue(targets.Portable);
            var formats = PackageFormats.Parse(parsed.GetValue(format)!, portable);
            var extensions = ServerRequest.NamesIn(parsed.GetValue(with));
            if (extensions.Length > 0 && !formats.Any(packager => packager is OciPackager))
                throw new UserErrorException("`--with` is for images only", "add `--format oci`; in other formats each extension is a package of its own: `monogres build pgvector/postgres@17`") { ExitCode = ExitCode.Usage };
            var (opened, images) = await targets.OpenImagesAsync(parsed, extensions, global, cancel);
            var planned = images.Select(image => image.Target).ToArray();
            var includes = images.ToDictionary(image => image.Target.Id, image => image.With);
            await using var workspace = opened;
            var packages = new BuildOutput(workspace, new PackageFiles(Path.GetFullPath(parsed.GetValue(output)!), workspace.Hashed), formats, target => includes[target.Id], portable);
            workspace.ReportWarnings(planned);
            var (done, failed) = (false, false);
            UserErrorException? unavailable = null;
            await workspace.Engine.AnnounceAsync(planned.SelectMany(target => TargetBuilds.StepsOf(target).Concat(packages.StepsOf(target))), cancel);
            await TargetLoop.RunAsync(workspace, planned, async (target, stop) =>
            {
                try
                {
                    await packages.BuildAsync(target, useCache: !parsed.GetValue(noCache), stop);
                    done = true;
                }
                catch (UserErrorException error) when (error.Unavailable && planned.Length > 1)
                {
                    // Of many versions that a pattern selects, those whose source is unavailable do not spoil the others.
                    unavailable = error;
                    workspace.ReportFailure(target, error);
                }
                catch (UserErrorException error) when (parsed.GetValue(keepGoing))
                {
                    failed = true;
                    workspace.ReportFailure(target, error);
                }
            }, cancel);

            return (int)(failed || (unavailable is not null && !done) ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }
}
