namespace Monogres.Store.Archives;

/// <summary>A streaming decompressor of a system library, fed piece by piece.</summary>
internal abstract class Decoder : IDisposable
{
    /// <summary>Whether the input may end here: everything that was begun is complete, and something was.</summary>
    public abstract bool Complete { get; }

    /// <summary>Decodes as much as fits.</summary>
    /// <param name="input">The next bytes; empty only when <paramref name="last"/>.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="last">Whether no input follows after these bytes.</param>
    /// <returns>How many bytes were taken and given; neither means that no progress is possible.</returns>
    /// <exception cref="ArchiveException">The input is damaged.</exception>
    public abstract (int Consumed, int Written) Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Calls into a library that may not be there.</summary>
    /// <param name="library">Its file name.</param>
    /// <param name="package">The package that has it.</param>
    /// <param name="call">The first call of a decoder.</param>
    /// <exception cref="Core.UserErrorException">It is not there.</exception>
    protected static T WithLibrary<T>(string library, string package, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw ArchiveErrors.LibraryMissing(library, package, missing);
        }
    }
}
