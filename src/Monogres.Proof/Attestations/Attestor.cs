using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Monogres.Core;
using Monogres.Plans.Targets;
using Monogres.Proof.Provenance;
using Monogres.Proof.Sbom;
using Monogres.Proof.Signatures;
using Monogres.Results.Records;
using Monogres.Store.Disk;

namespace Monogres.Proof.Attestations;

/// <summary>
/// Writes what is said of artifacts beside them: the bill of materials in two formats, and one file with two signed
/// statements, the recipe and the run.
/// </summary>
/// <param name="signer">Signs.</param>
/// <param name="builder">Who says it.</param>
public sealed class Attestor(ISigner signer, Builder builder)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = JsonTypeInfoResolver.Combine() };

    /// <summary>Writes the files of a set, and returns their paths.</summary>
    /// <param name="set">The artifacts.</param>
    /// <param name="artifacts">Their files as they are now: <see cref="ArtifactSet.SubjectsAsync"/>.</param>
    /// <param name="target">Their target as it is planned, with the key that the manifest has.</param>
    /// <param name="bill">What they are made of.</param>
    /// <param name="run">The run that built them, when it is recorded.</param>
    /// <param name="output">What the action gave when it ran for this builder, when that is known.</param>
    /// <param name="options">Where to, and in which forms.</param>
    /// <param name="cancel">Stops; files are written whole or not at all.</param>
    /// <exception cref="UserErrorException">The signer does not sign, or the directory cannot be written.</exception>
    public async Task<ImmutableArray<string>> WriteAsync(ArtifactSet set, ImmutableArray<Subject> artifacts, Target target, BillOfMaterials bill, TargetRun? run, Digest? output, AttestationOptions options, CancellationToken cancel)
    {
        (string Name, byte[] Content)[] bills = [(set.Name + ArtifactFiles.Spdx, SpdxDocument.Write(bill)), (set.Name + ArtifactFiles.CycloneDx, CycloneDxDocument.Write(bill))];
        var recipe = RecipeStatement.Of(target, set.Manifest, artifacts.Concat(bills.Select(one => new Subject(one.Name, Sha256Hash.Of(one.Content)))));
        (string Facet, DsseEnvelope Envelope)[] envelopes =
        [
            ("recipe", await SignAsync(recipe, cancel)),
            ("run", await SignAsync(RunStatement.Of(recipe, set.Manifest, builder, run, output), cancel)),
        ];

        var directory = options.Directory ?? set.Directory;
        var written = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, content) in bills)
            written.Add(await WriteAsync(directory, name, content, cancel));
        written.Add(await WriteAsync(directory, set.Name + ArtifactFiles.Attestation, Encoding.UTF8.GetBytes(string.Concat(envelopes.Select(one => $"{one.Envelope.ToLine()}\n"))), cancel));
        foreach (var (facet, envelope) in options.Bundles ? envelopes : [])
            written.Add(await WriteAsync(directory, $"{set.Name}.{facet}{ArtifactFiles.Bundle}", Encoding.UTF8.GetBytes($"{SigstoreBundle.Of(envelope).ToJsonString(Plain)}\n"), cancel));
        return written.ToImmutable();
    }

    private Task<DsseEnvelope> SignAsync(Statement statement, CancellationToken cancel) => DsseEnvelope.SignAsync(Statement.PayloadType, statement.ToBytes(), signer, cancel);

    private static async Task<string> WriteAsync(string directory, string name, byte[] content, CancellationToken cancel)
    {
        var path = Path.Combine(directory, name);
        try
        {
            await AtomicFile.WriteAsync(path, (file, stop) => file.WriteAsync(content, stop).AsTask(), cancel);
            return path;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write `{path}`: {trouble.Message}", "choose another directory with `--output DIR`", inner: trouble);
        }
    }
}

/// <summary>Where statements go, and in which forms.</summary>
/// <param name="Directory">The directory; null for that of the artifacts.</param>
/// <param name="Bundles">Whether each statement is written as a bundle of Sigstore, too.</param>
public sealed record AttestationOptions(string? Directory, bool Bundles);
