// What the frame needs of the Socket.IO client, in a file of its own that is fetched when the visitor has a conversation.
export { io } from 'socket.io-client'
