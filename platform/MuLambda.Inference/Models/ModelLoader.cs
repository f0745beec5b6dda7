using System.Diagnostics;
using MuLambda.Inference.Onnx;
using MuLambda.Inference.Prepared;
using MuLambda.Inference.Runtime;
using MuLambda.Inference.SavedModels;

namespace MuLambda.Inference;

/// <summary>
/// Loads models from the disk: a directory that holds a TensorFlow SavedModel (or, as its only numbered subdirectory, a version of
/// one), an <c>.onnx</c> file, or a directory with exactly one. The files are taken for hostile.
/// </summary>
public static class ModelLoader
{
    /// <summary>Reads what a model holds, and proves that it can be loaded by loading it once.</summary>
    /// <param name="path">The directory or file.</param>
    /// <param name="limits">How large the model may be; <see cref="ModelLimits.Default"/> when null.</param>
    /// <exception cref="ModelFormatException">The model cannot be loaded; the message says what and where.</exception>
    /// <exception cref="InferenceException">The native runtime is missing.</exception>
    public static ModelDescription Inspect(string path, ModelLimits? limits = null)
    {
        using var model = Load(path, new ModelOptions { Limits = limits ?? ModelLimits.Default });
        return model.Description;
    }

    /// <summary>Loads a model, and leaves it prepared where the options say so; what hinders that does not hinder the loading.</summary>
    /// <param name="path">The directory or file.</param>
    /// <param name="options">How; <see cref="ModelOptions.Default"/> when null.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ModelFormatException">The model cannot be loaded; the message says what and where.</exception>
    /// <exception cref="InferenceException">The native runtime is missing.</exception>
    public static LoadedModel Load(string path, ModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= ModelOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.IntraOpThreads, 1, nameof(options));
        using var writer = options.Preparation is { } preparation ? new PreparedModelWriter(preparation) : null;
        var settings = new OrtSessionSettings(options.IntraOpThreads);
        var opening = TimeSpan.Zero;
        var start = Stopwatch.GetTimestamp();
        var model = Load(path, options.Limits, bytes =>
        {
            var before = Stopwatch.GetTimestamp();
            var session = writer?.Open(bytes, settings) ?? new OrtSession(bytes, settings);
            opening += Stopwatch.GetElapsedTime(before);
            return session;
        });
        var translation = Stopwatch.GetElapsedTime(start) - opening;
        var loaded = writer?.Replace(model, settings.IntraOpThreads) ?? model;
        loaded.Translation = translation;
        return loaded;
    }

    private static LoadedModel Load(string path, ModelLimits limits, Func<byte[], OrtSession> open)
    {
        var (file, format) = ModelFile.Find(path);
        return format == ModelFormats.Onnx ? OnnxModelLoader.Load(file, limits, open) : SavedModelLoader.Load(file, limits, open);
    }

    /// <summary>The ONNX graph that computes one signature, as it is given to the runtime.</summary>
    /// <param name="path">The directory or file.</param>
    /// <param name="signature">The signature; <see cref="ModelFormats.DefaultSignature"/> when empty.</param>
    /// <param name="limits">How large the model may be; <see cref="ModelLimits.Default"/> when null.</param>
    /// <returns>
    /// An ONNX model; of a SavedModel, with inputs <c>input:NAME</c> and outputs <c>output:NAME</c> for the signature's names, and of an
    /// ONNX file the file itself.
    /// </returns>
    /// <exception cref="ModelFormatException">
    /// The model has no such signature, cannot be translated, or parses serialized examples, for which ONNX has no operator.
    /// </exception>
    public static byte[] Translate(string path, string signature = "", ModelLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(signature);
        limits ??= ModelLimits.Default;
        var name = signature.Length == 0 ? ModelFormats.DefaultSignature : signature;
        var (file, format) = ModelFile.Find(path);
        return format != ModelFormats.Onnx ? SavedModelLoader.Translate(file, name, limits)
            : name == ModelFormats.DefaultSignature ? ModelFile.Read(file, limits)
            : throw new ModelFormatException($"{file} has no signature {name}; it has {ModelFormats.DefaultSignature}.");
    }
}
