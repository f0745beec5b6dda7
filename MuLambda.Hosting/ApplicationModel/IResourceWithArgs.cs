namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A resource that receives command line arguments.</summary>
public interface IResourceWithArgs : IResource;
