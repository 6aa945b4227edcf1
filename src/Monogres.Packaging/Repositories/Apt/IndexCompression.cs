namespace Monogres.Packaging.Repositories.Apt;

/// <summary>A form in which the indices are published besides the plain one.</summary>
/// <param name="Suffix">What is added to the name: <c>.xz</c>.</param>
/// <param name="CompressAsync">Compresses the first file into the second, which is not there yet: the same bytes each time.</param>
public sealed record IndexCompression(string Suffix, Func<string, string, CancellationToken, Task> CompressAsync);
