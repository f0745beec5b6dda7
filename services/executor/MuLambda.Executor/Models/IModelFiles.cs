using MuLambda.Executor.Launching;
using MuLambda.Inference;

namespace MuLambda.Executor.Models;

/// <summary>Where the files of one version are. Two are equal when they give the same files.</summary>
internal interface IModelFiles
{
    /// <summary>Changes when the files do; a version that could not be loaded is then tried again.</summary>
    long Stamp();

    /// <summary>Where the model is left as it was prepared, or null for nowhere.</summary>
    string? PreparedPath { get; }

    /// <summary>The model as it was prepared before; without it the files are needed.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The prepared model, which the caller disposes; or null.</returns>
    Task<PreparedModel?> OpenPreparedAsync(CancellationToken cancellationToken);

    /// <summary>Brings the files onto the disk.</summary>
    /// <param name="progress">Told what is waited for, and where files are fetched that they are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The files; disposing them frees what was unpacked for it.</returns>
    Task<OpenedFiles> OpenAsync(LoadProgress progress, CancellationToken cancellationToken);
}
