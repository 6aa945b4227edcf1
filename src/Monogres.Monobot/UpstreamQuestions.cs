using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Monobot.News;
using Monogres.Sources.Upstreams;

namespace Monogres.Monobot;

/// <summary>Whom the bot asks.</summary>
public sealed record UpstreamChoice
{
    /// <summary>Lists the tags of repositories, or null.</summary>
    public required GitTags? Tags { get; init; }

    /// <summary>Reads Debian's indices, or null.</summary>
    public required DebianSources? Debian { get; init; }

    /// <summary>The suites that are read, the newest last.</summary>
    public required ImmutableArray<DebianSuite> Suites { get; init; }

    /// <summary>Asks PGXN, or null.</summary>
    public required PublishedReleases? Pgxn { get; init; }

    /// <summary>Asks postgresql.org, or null.</summary>
    public required ServerQuestion? Server { get; init; }
}

/// <summary>Asks the upstreams that were chosen. One that does not answer does not stop the others.</summary>
/// <param name="choice">Whom.</param>
public sealed class UpstreamQuestions(UpstreamChoice choice) : IUpstreams
{
    private ILookup<string, DebianSource> _debian = Array.Empty<DebianSource>().ToLookup(source => source.Package, StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<(ImmutableArray<(ProjectName, string)> Notes, ImmutableArray<string> Unanswered)> BeginAsync(IReadOnlyCollection<ExtensionProject> projects, CancellationToken cancel)
    {
        var (sources, unanswered) = (new List<DebianSource>(), ImmutableArray.CreateBuilder<string>());
        var packages = projects.SelectMany(PackagesOf).ToHashSet(StringComparer.Ordinal);
        foreach (var suite in choice.Debian is null || packages.Count == 0 ? [] : choice.Suites)
        {
            if (await TryAsync(async () => sources.AddRange(await choice.Debian!.ReadAsync(suite, packages, cancel))) is { } why)
                unanswered.Add($"Debian {suite.Suite}: {why}");
        }

        _debian = sources.ToLookup(source => source.Package, StringComparer.Ordinal);
        ImmutableArray<(ProjectName, string)> notes = [];
        if (choice.Server is { } server && await TryAsync(async () => notes = [.. (await server.NewsAsync(cancel)).Select(line => (server.Name, line))]) is { } noServer)
            unanswered.Add(noServer);
        return (notes, unanswered.ToImmutable());
    }

    /// <inheritdoc/>
    public async Task<(UpstreamAnswers Answers, ImmutableArray<string> Unanswered)> AskAsync(ExtensionProject project, CancellationToken cancel)
    {
        var answers = new UpstreamAnswers { Debian = [.. PackagesOf(project).SelectMany(package => _debian[package])] };
        var unanswered = ImmutableArray.CreateBuilder<string>();
        if (choice.Tags is { } tags && project.Repositories is [var repository, ..]
            && await TryAsync(async () => answers = answers with { Tags = await tags.ListAsync(repository, cancel) }) is { } noTags)
            unanswered.Add(noTags);
        if (choice.Pgxn is { } pgxn && await TryAsync(async () => answers = answers with { Pgxn = await pgxn.OfPgxnAsync(project.Name.Value, cancel) }) is { } noPgxn)
            unanswered.Add(noPgxn);
        return (answers, unanswered.ToImmutable());
    }

    /// <summary>The source packages of a project in Debian: where its entry says that its archives are.</summary>
    internal static IEnumerable<string> PackagesOf(ExtensionProject project) => ((ExtensionOrigin.Source)project.Origin).Releases
        .SelectMany(release => release.Files).SelectMany(file => file.Places).OfType<Place.Pool>().Select(place => place.Path.Parent.Name).Distinct(StringComparer.Ordinal);

    private static async Task<string?> TryAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return null;
        }
        catch (UserErrorException silent)
        {
            return silent.Message;
        }
    }
}
