using MuLambda.Catalog.Http;
using MuLambda.Cli.Npm;

namespace MuLambda.Cli.Models;

/// <summary>A model to push.</summary>
/// <param name="Path">Where it lies: an absolute path, or the path inside its package.</param>
/// <param name="Upload">What is declared of it.</param>
/// <param name="Package">The package it comes in; null where it lies on the disk.</param>
/// <param name="IsTfjs">Whether it is a TensorFlow.js model, to be imported first.</param>
internal sealed record ZooEntry(string Path, ModelUpload Upload, NpmPackage? Package = null, bool IsTfjs = false);
